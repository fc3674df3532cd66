import { ChatError } from '../../../core/errors.ts';
import { authAddress, exchange, readRenewed, toExchangeError } from '../exchange.ts';
import { readText } from '../sources/record.ts';
import type { Credential, Renewed } from '../token.ts';
import type { FlowOptions } from './flow.ts';
import { checkPage } from './oidc-device.ts';
import { pollSignIn } from './poll.ts';

/** Signs in with Google or GitHub by a code that the user confirms in any browser. */
export async function signInWithCode(flow: FlowOptions, provider: 'Google' | 'Github'): Promise<Credential> {
  const address = authAddress(flow);
  const begin = { json: { clientId, loginProvider: provider } };
  const reply = await exchange(flow, `${address}/oauth/device/authorization`, begin, flow.signal);
  const { data } = reply;
  const deviceCode = readText(data['deviceCode']);
  const url = readText(data['verificationUriComplete']) ?? readText(data['verificationUri']);
  if (reply.status >= 300 || deviceCode === undefined || url === undefined) {
    throw toExchangeError(reply, address, `Kiro refused to begin the sign-in (${reply.code ?? reply.status}).`);
  }
  const code = readText(data['userCode']);
  const expiresAt = flow.now() + milliseconds(data['expiresInMilliseconds'], 600_000);
  flow.tell({ type: 'open', url: checkPage(url), ...(code === undefined ? {} : { code }), expiresAt });

  const interval = milliseconds(data['intervalInMilliseconds'], 5000);
  const renewed = await pollSignIn<Renewed>({ flow, interval, expiresAt }, async () => {
    const question = { json: { clientId, deviceCode } };
    const polled = await exchange(flow, `${address}/oauth/device/poll`, question, flow.signal);
    const status = readText(polled.data['status']);
    const tokens = readRenewed(polled.data, flow.now());
    if (tokens !== undefined) return { done: tokens };
    if (status === 'authorization_pending') return 'pending';
    if (status === 'slow_down') return 'slower';
    if (status === 'expired_token') return 'expired';
    if (status === 'access_denied') return 'denied';
    if (status === 'invalid_token') {
      throw new ChatError('login', 'Kiro does not accept this code (any more): it was denied or used. Sign in again.');
    }
    throw toExchangeError(polled, address, `Kiro refused the sign-in (${polled.code ?? polled.status}).`);
  });
  return { kind: 'social', ...renewed, provider };
}

function milliseconds(value: unknown, usual: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : usual;
}

const clientId = 'kiro-cli';
