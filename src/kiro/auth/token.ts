/** How somebody signed in; it decides how the token is renewed. */
export type Kind = 'social' | 'oidc' | 'external-idp' | 'api-key';

/** The program as which an OIDC sign-in was made. */
export interface Client {
  readonly id: string;
  readonly secret?: string | undefined;
}

/** One sign-in, whatever place it was read from. */
export interface Credential {
  readonly kind: Kind;
  /** Missing when only a refresh token is known. */
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
  /** Milliseconds that the access token lives in all, where that is known. */
  readonly lifetime?: number | undefined;
  /** The region of the login, not of the API. */
  readonly region?: string | undefined;
  readonly profileArn?: string | undefined;
  /** As the source spells it: Google, Github, BuilderId, Enterprise … */
  readonly provider?: string | undefined;
  readonly startUrl?: string | undefined;
  readonly client?: Client | undefined;
  /** Of an external identity provider. */
  readonly tokenEndpoint?: string | undefined;
  readonly scopes?: string | undefined;
  readonly issuerUrl?: string | undefined;
  readonly email?: string | undefined;
}

/** What a renewal brought. */
export interface Renewed {
  readonly accessToken: string;
  /** Missing when the old one stays valid. */
  readonly refreshToken?: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly profileArn?: string | undefined;
}

/** The start page of Builder ID, which has no organisation. */
export const builderIdUrl = 'https://view.awsapps.com/start';

/** Whether the access token can still be used. One without a known end lives until it is refused. */
export function isLive(credential: Credential, now: number): boolean {
  return credential.accessToken !== undefined && (credential.expiresAt ?? Number.POSITIVE_INFINITY) > now;
}

/** Whether it is time for a new access token: ten minutes before the end, later for one that lives shortly. */
export function needsRenewal(credential: Credential, now: number): boolean {
  if (credential.kind === 'api-key') return false;
  if (credential.accessToken === undefined) return true;
  if (credential.expiresAt === undefined) return canRenew(credential);
  const margin = Math.min(renewalMargin, (credential.lifetime ?? Number.POSITIVE_INFINITY) / 4);
  return credential.expiresAt - now <= margin;
}

/** Whether all is there that a renewal needs. */
export function canRenew(credential: Credential): boolean {
  if (credential.refreshToken === undefined) return false;
  switch (credential.kind) {
    case 'social':
      return true;
    case 'oidc':
      return credential.client?.secret !== undefined;
    case 'external-idp':
      return credential.tokenEndpoint !== undefined && credential.client !== undefined;
    case 'api-key':
      return false;
  }
}

/** The credential with what a renewal brought. */
export function withRenewed(credential: Credential, renewed: Renewed): Credential {
  return {
    ...credential,
    ...renewed,
    refreshToken: renewed.refreshToken ?? credential.refreshToken,
    profileArn: renewed.profileArn ?? credential.profileArn,
  };
}

/** Whether this is Builder ID: an OIDC sign-in without an organisation. */
export function isBuilderId(credential: Credential): boolean {
  if (credential.kind !== 'oidc') return false;
  if (credential.startUrl !== undefined) return credential.startUrl.replace(/\/+$/, '') === builderIdUrl;
  return credential.provider?.toLowerCase().replace(/[^a-z]/g, '') === 'builderid';
}

const renewalMargin = 600_000;
