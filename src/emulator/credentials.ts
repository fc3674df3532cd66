import { randomBytes, randomUUID } from 'node:crypto';

/** How an account signed in, which its tokens show. */
export type LoginKind = 'social' | 'oidc' | 'external' | 'api-key';

/** What a sign-in or a refresh gives out. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a sign-in left behind. */
export interface IssuedCredential extends IssuedTokens {
  readonly profileArn: string;
  readonly region: string;
}

/** A sign-in with AWS: its tokens belong to a registered client. */
export interface OidcCredential extends IssuedCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly startUrl: string;
}

/** A sign-in at an identity provider outside, which has a token endpoint of its own. */
export interface ExternalCredential extends IssuedCredential {
  readonly clientId: string;
  readonly tokenEndpoint: string;
}

/** How issued tokens differ from the usual ones. */
export interface IssueOptions {
  /** Milliseconds the access token lives; 0 for one that is dead already. */
  readonly lifetime?: number;
}

/** Credentials that this emulator accepts, without a sign-in. */
export interface EmulatorCredentials {
  social(options?: IssueOptions): IssuedCredential;
  oidc(options?: IssueOptions): OidcCredential;
  external(options?: IssueOptions): ExternalCredential;
  apiKey(): { readonly accessToken: string };
  /** Ends the life of an access token. */
  expire(accessToken: string): void;
  /** Makes a refresh token invalid, as a sign-out elsewhere does. */
  revoke(refreshToken: string): void;
}

/** What is known of an access token. */
export interface AccessToken {
  readonly kind: LoginKind;
  expiresAt: number;
}

/** What is known of a refresh token, which is good for one use. */
export interface RefreshToken {
  readonly kind: LoginKind;
  readonly clientId?: string;
  state: 'live' | 'used' | 'revoked';
}

/** Every token of one emulator; `lifetime` is in milliseconds. */
export interface TokenBook {
  readonly access: Map<string, AccessToken>;
  readonly refresh: Map<string, RefreshToken>;
  /** Client secrets by client id. */
  readonly clients: Map<string, string>;
  readonly lifetime: number;
  issue(kind: LoginKind, clientId?: string, lifetime?: number): IssuedTokens;
  register(): { clientId: string; clientSecret: string };
}

/** An empty book; `now` is in milliseconds since 1970. */
export function createTokenBook(lifetime: number, now: () => number): TokenBook {
  const access = new Map<string, AccessToken>();
  const refresh = new Map<string, RefreshToken>();
  const clients = new Map<string, string>();
  const secret = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`;
  return {
    access,
    refresh,
    clients,
    lifetime,
    issue(kind, clientId, life = lifetime) {
      const accessToken = secret('aoa');
      const refreshToken = secret('aor');
      const expiresAt = now() + life;
      access.set(accessToken, { kind, expiresAt });
      refresh.set(refreshToken, { kind, state: 'live', ...(clientId === undefined ? {} : { clientId }) });
      return { accessToken, refreshToken, expiresAt };
    },
    register() {
      const clientId = randomBytes(16).toString('base64url');
      const clientSecret = secret('secret-');
      clients.set(clientId, clientSecret);
      return { clientId, clientSecret };
    },
  };
}

/** Issues out of a book; `url` is the emulator’s own address. */
export function createCredentials(book: TokenBook, profileArn: string, url: string): EmulatorCredentials {
  const region = profileArn.split(':')[3] ?? 'us-east-1';
  return {
    social: options => ({ ...book.issue('social', undefined, options?.lifetime), profileArn, region }),
    oidc(options) {
      const client = book.register();
      const startUrl = 'https://view.awsapps.com/start';
      return { ...book.issue('oidc', client.clientId, options?.lifetime), ...client, profileArn, region, startUrl };
    },
    external(options) {
      const clientId = randomUUID();
      const tokenEndpoint = `${url}/external/token`;
      return { ...book.issue('external', clientId, options?.lifetime), clientId, tokenEndpoint, profileArn, region };
    },
    apiKey() {
      const accessToken = `ksk_${randomBytes(24).toString('base64url')}`;
      book.access.set(accessToken, { kind: 'api-key', expiresAt: Number.POSITIVE_INFINITY });
      return { accessToken };
    },
    expire(accessToken) {
      const token = book.access.get(accessToken);
      if (token !== undefined) token.expiresAt = 0;
    },
    revoke(refreshToken) {
      const token = book.refresh.get(refreshToken);
      if (token !== undefined) token.state = 'revoked';
    },
  };
}
