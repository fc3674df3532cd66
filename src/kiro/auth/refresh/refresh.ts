import { ChatError } from '../../../core/errors.ts';
import {
  authAddress,
  checkIdpUrl,
  type Exchange,
  exchange,
  oidcAddress,
  readRenewed,
  toExchangeError,
} from '../exchange.ts';
import type { Credential, Renewed } from '../token.ts';

type Request = readonly [url: string, content: Parameters<typeof exchange>[2]];

/**
 * Gets a new access token. Throws `ChatError`: of kind `login` when the sign-in is refused for good, of another
 * kind when a later attempt may succeed.
 */
export async function refresh(options: Exchange, credential: Credential, signal?: AbortSignal): Promise<Renewed> {
  const { refreshToken } = credential;
  if (refreshToken === undefined) throw new ChatError('login', 'There is no refresh token.');
  const [url, content] = writers[credential.kind](options, credential, refreshToken);
  const reply = await exchange(options, url, content, signal);
  const renewed = reply.status < 300 ? readRenewed(reply.data, options.now()) : undefined;
  if (renewed !== undefined) return renewed;
  throw toExchangeError(reply, url, `The sign-in is no longer accepted (${reply.code ?? reply.status}).`);
}

function writeSocial(options: Exchange, _: Credential, refreshToken: string): Request {
  return [`${authAddress(options)}/refreshToken`, { json: { refreshToken } }];
}

function writeOidc(options: Exchange, { client, region }: Credential, refreshToken: string): Request {
  const url = `${oidcAddress(options, region ?? 'us-east-1')}/token`;
  return [
    url,
    { json: { grantType: 'refresh_token', clientId: client?.id, clientSecret: client?.secret, refreshToken } },
  ];
}

function writeExternal(options: Exchange, credential: Credential, refreshToken: string): Request {
  const url = checkIdpUrl(options, credential.tokenEndpoint ?? '', 'The token endpoint of the sign-in').href;
  const { client, scopes } = credential;
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: client?.id,
    client_secret: client?.secret,
    scope: scopes,
  };
  return [url, { form }];
}

function writeNothing(): never {
  throw new ChatError('login', 'An API key cannot be renewed.');
}

const writers: Readonly<Record<Credential['kind'], (...from: [Exchange, Credential, string]) => Request>> = {
  social: writeSocial,
  oidc: writeOidc,
  'external-idp': writeExternal,
  'api-key': writeNothing,
};
