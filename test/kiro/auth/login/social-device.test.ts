import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../../src/core/errors.ts';
import { pollSignIn } from '../../../../src/kiro/auth/login/poll.ts';
import { signInWithCode } from '../../../../src/kiro/auth/login/social-device.ts';
import { device, now, startFlow, tokens } from '../support/scripted.ts';

const kiro = 'https://prod.us-east-1.auth.desktop.kiro.dev';

describe('signing in with Google or GitHub by a code', () => {
  const begun = { ...device, expiresInMilliseconds: 9000, intervalInMilliseconds: 700 };

  it('asks for a code and polls with it', async () => {
    const pending = { body: { status: 'authorization_pending' } };
    const { flow, events, waits, sent } = startFlow({ body: begun }, pending, {
      body: { status: 'authorized', ...tokens },
    });
    expect(await signInWithCode(flow, 'Github')).toMatchObject({
      kind: 'social',
      provider: 'Github',
      accessToken: 'a',
    });
    expect(sent()).toEqual([
      { url: `${kiro}/oauth/device/authorization`, json: { clientId: 'kiro-cli', loginProvider: 'Github' } },
      { url: `${kiro}/oauth/device/poll`, json: { clientId: 'kiro-cli', deviceCode: 'd' } },
      { url: `${kiro}/oauth/device/poll`, json: { clientId: 'kiro-cli', deviceCode: 'd' } },
    ]);
    expect(events).toEqual([{ type: 'open', url: 'https://device.example/', code: 'ABCD', expiresAt: now + 9000 }]);
    expect(waits).toEqual([700, 700]);
  });

  it('does without a code to show, and with the usual times', async () => {
    const odd = {
      expiresInMilliseconds: -1,
      intervalInMilliseconds: '7',
      verificationUriComplete: 'https://c.example/',
    };
    const { flow, events, waits } = startFlow({ body: { ...device, userCode: undefined, ...odd } }, { body: tokens });
    await signInWithCode(flow, 'Google');
    expect(events).toEqual([{ type: 'open', url: 'https://c.example/', expiresAt: now + 600_000 }]);
    expect(waits).toEqual([5000]);
  });

  it.each([
    ['slow_down', [700, 5700]],
    ['authorization_pending', [700, 700]],
  ])('goes on after %s', async (status, times) => {
    const { flow, waits } = startFlow({ body: begun }, { body: { status } }, { body: tokens });
    await signInWithCode(flow, 'Google');
    expect(waits).toEqual(times);
  });

  it.each([
    ['expired_token', /expired/],
    ['access_denied', /denied in the browser/],
    ['invalid_token', /does not accept this code/],
  ])('ends at %s', async (status, message) => {
    const { flow } = startFlow({ body: begun }, { body: { status } });
    await expect(signInWithCode(flow, 'Google')).rejects.toMatchObject({
      kind: 'login',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ body: { ...device, deviceCode: undefined } }, 'upstream'],
    [{ body: { ...device, verificationUri: undefined } }, 'upstream'],
    [{ status: 400, body: { ...device, error: 'invalid_request' } }, 'login'],
    [{ status: 503, body: 'down' }, 'upstream'],
  ] as const)('does not begin after %j', async (answer, kind) => {
    const { flow, events } = startFlow(answer);
    await expect(signInWithCode(flow, 'Google')).rejects.toMatchObject({ kind });
    expect(events).toEqual([]);
  });

  it('is refused with the service’s word', async () => {
    const { flow } = startFlow({ body: begun }, { status: 403, body: { error: 'no_access' } });
    await expect(signInWithCode(flow, 'Google')).rejects.toMatchObject({
      kind: 'login',
      message: 'Kiro refused the sign-in (no_access).',
    });
  });
});

describe('waiting for a person', () => {
  const poll = (outcomes: readonly (ChatError | 'pending' | 'slower' | { done: number })[], interval: number) => {
    const { flow, waits } = startFlow();
    const left = [...outcomes];
    const ask = async () => {
      const next = left.shift() ?? { done: 0 };
      if (next instanceof ChatError) throw next;
      return next;
    };
    return { waits, outcome: pollSignIn<number>({ flow, interval, expiresAt: now }, ask) };
  };

  it('never asks all the time', async () => {
    const { waits, outcome } = poll(['pending', { done: 7 }], 0);
    expect(await outcome).toBe(7);
    expect(waits).toEqual([200, 200]);
  });

  it.each(['network', 'timeout', 'upstream'] as const)('goes on after an error of kind %s', async kind => {
    const { waits, outcome } = poll([new ChatError(kind, 'A moment.'), { done: 7 }], 1000);
    expect(await outcome).toBe(7);
    expect(waits).toEqual([1000, 1000]);
  });

  it('asks less often when it is asked to slow down, and ends at every other error', async () => {
    const slowed = poll([new ChatError('rate', 'Slow.'), { done: 7 }], 1000);
    expect(await slowed.outcome).toBe(7);
    expect(slowed.waits).toEqual([1000, 6000]);
    await expect(poll([new ChatError('login', 'No.')], 1000).outcome).rejects.toMatchObject({ kind: 'login' });
  });
});
