import { ChatError, toChatError } from '../../../core/errors.ts';
import { checkIdpUrl, exchange, readRenewed, toExchangeError } from '../exchange.ts';
import { readText } from '../sources/record.ts';
import type { Credential, Renewed } from '../token.ts';
import type { FlowOptions } from './flow.ts';
import { type Loopback, openLoopback } from './loopback.ts';
import { createProof } from './proof.ts';

/** An organisation's own identity provider, as its administrator or Kiro's sign-in page names it. */
export interface Idp {
  readonly issuerUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly scopes: string | undefined;
  readonly loginHint?: string | undefined;
}

/** Signs in with an organisation's own identity provider, in the browser of this machine. */
export async function signInWithIdp(flow: FlowOptions, idp: Idp, ports?: readonly number[]): Promise<Credential> {
  const loopback = await openLoopback(ports);
  try {
    return await authorizeAtIdp(flow, loopback, idp, async url => flow.tell({ type: 'open', url }));
  } finally {
    await loopback.close();
  }
}

/** The same with a loopback that is open already; `send` brings the browser to the provider's page. */
export async function authorizeAtIdp(
  flow: FlowOptions,
  loopback: Loopback,
  { issuerUrl, clientId, scopes, loginHint }: Idp,
  send: (url: string) => Promise<void>,
): Promise<Credential> {
  if (issuerUrl === undefined || clientId === undefined) {
    throw new ChatError('login', 'The identity provider needs an issuer URL and a client id. Ask your administrator.');
  }
  const { authorization, token } = await discover(flow, issuerUrl);
  const { state, verifier, challenge } = createProof();
  const redirectUri = `${loopback.url}/oauth/callback`;
  const scope = withOfflineAccess(scopes ?? 'openid profile');
  const question = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  };
  for (const [name, value] of Object.entries(question)) authorization.searchParams.set(name, value);
  const arrival = loopback.next(state, flow.signal);
  await send(authorization.href);
  const { query, show } = await arrival;
  const form = { ...redemption, client_id: clientId, redirect_uri: redirectUri, scope, code_verifier: verifier };
  try {
    const tokens = await redeem(flow, token.href, { ...form, code: query.get('code') ?? undefined });
    await show('Signed in', 'kiro-gw is signed in. You can close this window and go back to the terminal.');
    const client = { id: clientId };
    return {
      kind: 'external-idp',
      ...tokens,
      provider: 'ExternalIdp',
      client,
      tokenEndpoint: token.href,
      scopes: scope,
      issuerUrl,
    };
  } catch (thrown) {
    const error = toChatError(thrown);
    if (error.kind !== 'cancelled') await show('Not signed in', 'Something went wrong; the terminal says what.');
    throw error;
  }
}

async function redeem(
  flow: FlowOptions,
  url: string,
  form: Readonly<Record<string, string | undefined>> & { readonly code: string | undefined },
): Promise<Renewed> {
  const refusal = 'The identity provider refused the sign-in. Run kiro-gw login again.';
  if (form.code === undefined) throw new ChatError('login', refusal);
  const reply = await exchange(flow, url, { form }, flow.signal);
  const tokens = reply.status < 300 ? readRenewed(reply.data, flow.now()) : undefined;
  if (tokens === undefined) throw toExchangeError(reply, url, refusal);
  return tokens;
}

async function discover(flow: FlowOptions, issuerUrl: string): Promise<{ authorization: URL; token: URL }> {
  const issuer = checkIdpUrl(flow, issuerUrl, 'The issuer URL').href.replace(/\/+$/, '');
  const { data } = await exchange(flow, `${issuer}/.well-known/openid-configuration`, undefined, flow.signal);
  const endpoint = (member: string): URL => {
    const address = readText(data[member]);
    if (address !== undefined) return checkIdpUrl(flow, address, `The ${member} of the identity provider`);
    throw new ChatError('login', `The issuer URL leads to no ${member}. Check it with your administrator.`);
  };
  return { authorization: endpoint('authorization_endpoint'), token: endpoint('token_endpoint') };
}

// Without it there is no refresh token, and the sign-in ends within the hour.
function withOfflineAccess(scopes: string): string {
  const list = scopes.split(/[\s,]+/).filter(scope => scope !== '');
  return [...new Set([...list, 'offline_access'])].join(' ');
}

const redemption = { grant_type: 'authorization_code' };
