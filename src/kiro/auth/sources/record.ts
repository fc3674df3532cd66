import type { Credential, Kind, Renewed } from '../token.ts';

/** A stored token as its program wrote it. */
export type TokenRecord = Readonly<Record<string, unknown>>;

/** Reads one stored token, in camelCase or snake_case; what it does not hold stays undefined. */
export function readToken(record: TokenRecord): Credential {
  const text = (name: string): string | undefined => readText(find(record, name));
  const tokenEndpoint = text('tokenEndpoint');
  const client = readClient(record);
  return {
    kind: readKind(record, tokenEndpoint, client !== undefined || text('clientIdHash') !== undefined),
    accessToken: readSecret(find(record, 'accessToken')),
    refreshToken: readSecret(find(record, 'refreshToken')),
    expiresAt: readTime(find(record, 'expiresAt')),
    region: text('region'),
    profileArn: text('profileArn'),
    provider: text('provider'),
    startUrl: text('startUrl'),
    client,
    tokenEndpoint,
    scopes: readScopes(find(record, 'scopes')),
    issuerUrl: text('issuerUrl'),
    email: text('email'),
  };
}

/** Reads a client from its registration, or from a token that holds it inline. */
export function readClient(record: TokenRecord): Credential['client'] {
  const id = readText(find(record, 'clientId'));
  return id === undefined ? undefined : { id, secret: readText(find(record, 'clientSecret')) };
}

/** The record with a renewal in it: in its own spelling, with every field that we do not know. */
export function writeToken(record: TokenRecord, renewed: Renewed): TokenRecord {
  const spelled = (name: string): string => spelling(record, name);
  const time = spelled('expiresAt');
  return {
    ...record,
    [spelled('accessToken')]: renewed.accessToken,
    ...(renewed.refreshToken === undefined ? {} : { [spelled('refreshToken')]: renewed.refreshToken }),
    [time]: writeTime(renewed.expiresAt, record[time]),
    ...(renewed.profileArn === undefined ? {} : { [spelled('profileArn')]: renewed.profileArn }),
  };
}

/** A record of our own store. */
export function writeStored({ client, expiresAt, lifetime: _, ...credential }: Credential): TokenRecord {
  const record = {
    ...credential,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
    clientId: client?.id,
    clientSecret: client?.secret,
  };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** Reads a record of our own store. */
export function readStored(record: TokenRecord): Credential {
  const kind = kindNames.find(name => name === record['kind']);
  const token = readToken(record);
  return { ...token, kind: kind ?? token.kind };
}

/** The member by its camelCase name, however it is spelled. */
export function find(record: TokenRecord, name: string): unknown {
  return record[name] ?? record[snakeCase(name)];
}

/** A text with something in it. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A text that can go into a header. */
export function readSecret(value: unknown): string | undefined {
  const text = readText(value);
  return text !== undefined && /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

/** Milliseconds since 1970, from RFC 3339 with any number of fractional digits, or from a number. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value < 1e11 ? value * 1000 : value;
  const text = readText(value);
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return readTime(Number(text));
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const time = Date.parse(zoned.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? undefined : time;
}

/** How long a token lives that was written a moment before its end; longer lives do not matter to anybody. */
export function shortLifetime(expiresAt: number | undefined, writtenAt: number): number | undefined {
  if (expiresAt === undefined) return undefined;
  const lifetime = expiresAt - writtenAt;
  return lifetime > 0 && lifetime < 120_000 ? lifetime : undefined;
}

function readKind(record: TokenRecord, tokenEndpoint: string | undefined, hasClient: boolean): Kind {
  const method = readText(find(record, 'authMethod'))
    ?.toLowerCase()
    .replace(/[^a-z]/g, '');
  if (method !== undefined && method in kinds) return kinds[method] ?? 'social';
  if (tokenEndpoint !== undefined) return 'external-idp';
  return hasClient ? 'oidc' : 'social';
}

function readScopes(value: unknown): string | undefined {
  if (!Array.isArray(value)) return readText(value);
  return readText(value.filter(scope => typeof scope === 'string').join(' '));
}

function spelling(record: TokenRecord, name: string): string {
  const snake = snakeCase(name);
  return snake in record || (!(name in record) && 'access_token' in record) ? snake : name;
}

function writeTime(time: number, before: unknown): string | number {
  if (typeof before !== 'number') return new Date(time).toISOString();
  return before < 1e11 ? Math.floor(time / 1000) : time;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

const kindNames: readonly Kind[] = ['social', 'oidc', 'external-idp', 'api-key'];

const kinds: Readonly<Record<string, Kind>> = {
  social: 'social',
  idc: 'oidc',
  oidc: 'oidc',
  builderid: 'oidc',
  iamidentitycenter: 'oidc',
  externalidp: 'external-idp',
};
