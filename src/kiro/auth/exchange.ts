import { ChatError } from '../../core/errors.ts';
import { parseObject } from '../json.ts';
import type { Transport } from '../transport.ts';
import { readText, type TokenRecord } from './sources/record.ts';
import type { Renewed } from './token.ts';

/** How the services that give out tokens are reached. */
export interface Exchange {
  readonly transport: Transport;
  now(): number;
  readonly userAgent?: string | undefined;
  /** Instead of the services' own addresses. */
  readonly authUrl?: string | undefined;
  readonly oidcUrl?: string | undefined;
  /** Hosts of external identity providers that may be spoken to, each with all below it. */
  readonly idpHosts?: readonly string[] | undefined;
}

/** What such a service answered. */
export interface Reply {
  readonly status: number;
  readonly data: TokenRecord;
  /** The service's own word for what went wrong, if it is one. */
  readonly code: string | undefined;
}

/** Sends a JSON object, or a form, or nothing (then it is a GET), and reads a JSON object. */
export async function exchange(
  { transport, userAgent = 'kiro-gw' }: Exchange,
  url: string,
  content: { readonly json: object } | { readonly form: Readonly<Record<string, string | undefined>> } | undefined,
  signal?: AbortSignal,
): Promise<Reply> {
  const response = await transport.send({
    method: content === undefined ? 'GET' : 'POST',
    url,
    headers: { accept: 'application/json', 'user-agent': userAgent, ...typeOf(content) },
    ...(content === undefined ? {} : { body: 'json' in content ? JSON.stringify(content.json) : encode(content.form) }),
    ...(signal === undefined ? {} : { signal }),
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  const text = await response.text();
  const data = parseObject(text);
  if (data === undefined && response.status < 300 && text.trim() !== '') {
    throw new ChatError('upstream', `${new URL(url).host} did not answer in JSON. Is a proxy in between?`);
  }
  return { status: response.status, data: data ?? {}, code: data === undefined ? undefined : codeOf(data) };
}

/** The address of the service that social sign-ins use. */
export function authAddress({ authUrl = 'https://prod.us-east-1.auth.desktop.kiro.dev' }: Exchange): string {
  return authUrl.replace(/\/+$/, '');
}

/** The address of the service that OIDC sign-ins of a (checked) region use. */
export function oidcAddress({ oidcUrl }: Exchange, region: string): string {
  return (oidcUrl ?? `https://oidc.${region}.amazonaws.com`).replace(/\/+$/, '');
}

/** Reads a token answer in either spelling; undefined when it holds no access token. */
export function readRenewed(data: TokenRecord, now: number): Renewed | undefined {
  const accessToken = readText(data['accessToken'] ?? data['access_token']);
  if (accessToken === undefined) return undefined;
  const seconds = Number(data['expiresIn'] ?? data['expires_in']);
  const lifetime = (Number.isFinite(seconds) && seconds > 0 ? seconds : usualLifetime) * 1000;
  return {
    accessToken,
    refreshToken: readText(data['refreshToken'] ?? data['refresh_token']),
    expiresAt: Math.floor(now + lifetime),
    lifetime,
    profileArn: readText(data['profileArn'] ?? data['profile_arn']),
  };
}

/**
 * The error for an answer without a token: `login` when the sign-in was refused and waiting cannot mend it,
 * another kind when it can.
 */
export function toExchangeError({ status, code }: Reply, url: string, refused: string): ChatError {
  const host = new URL(url).host;
  const details = code === undefined ? {} : { code };
  if (status === 429) return new ChatError('rate', `${host} asks to slow down. Try again in a minute.`, details);
  if ((status === 400 || status === 401 || status === 403) && code !== undefined)
    return new ChatError('login', refused, details);
  return new ChatError('upstream', `${host} answered ${status} without a token. Try again in a minute.`, details);
}

/** Checks that an external identity provider may be given secrets. */
export function checkIdpUrl({ idpHosts = usualIdpHosts }: Exchange, address: string, what: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new ChatError('login', `${what} is not an address.`);
  const host = url.hostname.toLowerCase();
  const isAllowed = idpHosts.some(allowed => {
    const name = allowed.toLowerCase().replace(/^\*?\./, '');
    return host === name || host.endsWith(`.${name}`);
  });
  const isLocal = host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
  const isSafe = (url.protocol === 'https:' || isLocal) && url.username === '' && url.password === '';
  if (isAllowed && isSafe) return url;
  const allowed = idpHosts.join(', ');
  throw new ChatError('login', `${what} points to ${host}, which is not an allowed identity provider (${allowed}).`);
}

function typeOf(content: object | undefined): Record<string, string> {
  if (content === undefined) return {};
  return { 'content-type': 'json' in content ? 'application/json' : 'application/x-www-form-urlencoded' };
}

function encode(form: Readonly<Record<string, string | undefined>>): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) fields.set(name, value);
  return fields.toString();
}

// Only a plain word gets into messages: anything else could echo a secret.
function codeOf(data: TokenRecord): string {
  const word = [data['error'], data['__type'], data['code'], data['reason']].find(value => typeof value === 'string');
  const code =
    String(word ?? '')
      .split('#')
      .at(-1)
      ?.split(':')[0]
      ?.trim() ?? '';
  return /^[A-Za-z][A-Za-z_]{2,50}$/.test(code) ? code : 'refused';
}

const patience = 20_000;
const usualLifetime = 3600;
const usualIdpHosts: readonly string[] = ['microsoftonline.com', 'microsoftonline.us', 'microsoftonline.cn'];
