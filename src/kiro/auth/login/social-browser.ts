import { ChatError, toChatError } from '../../../core/errors.ts';
import { authAddress, exchange, readRenewed, toExchangeError } from '../exchange.ts';
import { readText } from '../sources/record.ts';
import type { Credential } from '../token.ts';
import { authorizeAtIdp } from './external.ts';
import type { FlowOptions } from './flow.ts';
import { type Callback, type Loopback, openLoopback } from './loopback.ts';
import { signInWithAws } from './oidc-device.ts';
import { createProof, type Proof } from './proof.ts';

/**
 * Signs in on Kiro's own page in the browser of this machine. Google and GitHub end here; who chooses Builder ID or
 * an organisation there goes on in that way.
 */
export async function signInWithBrowser(flow: FlowOptions, ports?: readonly number[]): Promise<Credential> {
  const loopback = await openLoopback(ports);
  try {
    const proof = createProof();
    flow.tell({ type: 'open', url: writeAddress(flow, loopback, proof) });
    const callback = await loopback.next(proof.state, flow.signal);
    return await follow(flow, loopback, proof, callback);
  } finally {
    await loopback.close();
  }
}

function writeAddress(flow: FlowOptions, loopback: Loopback, { state, challenge }: Proof): string {
  const portal = flow.portalUrl ?? flow.authUrl ?? 'https://app.kiro.dev';
  const query = new URLSearchParams({
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    redirect_uri: loopback.url,
    redirect_from: 'kirocli',
  });
  return `${portal.replace(/\/+$/, '')}/signin?${query}`;
}

async function follow(flow: FlowOptions, loopback: Loopback, proof: Proof, callback: Callback): Promise<Credential> {
  const { query } = callback;
  const text = (name: string): string | undefined => readText(query.get(name));
  const option = text('login_option')?.toLowerCase() ?? '';
  if (query.has('error')) {
    await callback.show('Not signed in', 'The sign-in was refused. You can close this window.');
    throw new ChatError('login', 'The sign-in was refused in the browser. Run kiro-gw login again.');
  }
  if (option === 'external_idp') {
    const idp = { issuerUrl: text('issuer_url'), clientId: text('client_id'), scopes: text('scopes') };
    return authorizeAtIdp(flow, loopback, { ...idp, loginHint: text('login_hint') }, url => callback.redirect(url));
  }
  if (query.has('code')) return exchangeCode(flow, loopback, proof, callback);
  if (awsOptions.has(option)) {
    await callback.show('One more step', 'Go on in the terminal, which shows a code for the next page.');
    return signInWithAws(flow, { startUrl: text('issuer_url'), region: text('idc_region') });
  }
  await callback.show('Not signed in', 'The answer holds no code. Start again in the terminal.');
  throw new ChatError('login', 'The browser came back without a code. Run kiro-gw login again.');
}

async function exchangeCode(
  flow: FlowOptions,
  loopback: Loopback,
  { verifier }: Proof,
  { path, query, show }: Callback,
): Promise<Credential> {
  const option = query.get('login_option');
  const suffix = option === null ? '' : `?${new URLSearchParams({ login_option: option })}`;
  try {
    const url = `${authAddress(flow)}/oauth/token`;
    const json = { code: query.get('code'), code_verifier: verifier, redirect_uri: `${loopback.url}${path}${suffix}` };
    const reply = await exchange(flow, url, { json }, flow.signal);
    const tokens = reply.status < 300 ? readRenewed(reply.data, flow.now()) : undefined;
    if (tokens === undefined) {
      throw toExchangeError(
        reply,
        url,
        `Kiro refused the code of the browser (${reply.code}). Run kiro-gw login again.`,
      );
    }
    await show('Signed in', 'kiro-gw is signed in. You can close this window and go back to the terminal.');
    return { kind: 'social', ...tokens, provider: providers[option?.toLowerCase() ?? ''] };
  } catch (thrown) {
    const error = toChatError(thrown);
    if (error.kind !== 'cancelled') await show('Not signed in', 'Something went wrong; the terminal says what.');
    throw error;
  }
}

const awsOptions: ReadonlySet<string> = new Set(['builderid', 'awsidc', 'internal']);
const providers: Readonly<Record<string, string>> = { google: 'Google', github: 'Github' };
