import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../src/emulator/emulator.ts';
import type { FlowOptions, LoginEvent } from '../../../../src/kiro/auth/login/flow.ts';
import { signInWithAws } from '../../../../src/kiro/auth/login/oidc-device.ts';
import { signInWithCode } from '../../../../src/kiro/auth/login/social-device.ts';
import { refresh } from '../../../../src/kiro/auth/refresh/refresh.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';
import { createTransport, type Transport } from '../../../../src/kiro/transport.ts';

let emulator: Emulator;
let transport: Transport;
let events: LoginEvent[];
let waits: number[];
beforeAll(async () => {
  emulator = await startEmulator({ pollInterval: 3 });
  transport = createTransport({});
});
afterAll(async () => {
  await transport.close();
  await emulator.close();
});
beforeEach(() => {
  emulator.reset();
  events = [];
  waits = [];
});
afterEach(() => expect(emulator.violations).toEqual([]));

const flow = (more: Partial<FlowOptions> = {}): FlowOptions => ({
  transport,
  now: () => Date.now(),
  authUrl: emulator.url,
  oidcUrl: emulator.url,
  tell: event => void events.push(event),
  signal: new AbortController().signal,
  wait: async milliseconds => void waits.push(milliseconds),
  ...more,
});
const ways: [string, (options: FlowOptions) => Promise<Credential>, object][] = [
  ['AWS', options => signInWithAws(options), { kind: 'oidc', provider: 'BuilderId', region: 'us-east-1' }],
  ['Google', options => signInWithCode(options, 'Google'), { kind: 'social', provider: 'Google' }],
  ['GitHub', options => signInWithCode(options, 'Github'), { kind: 'social', provider: 'Github' }],
];

describe.each(ways)('signing in with a code, at %s', (_, signIn, expected) => {
  it('shows the page and the code, waits for the user, and can be renewed', async () => {
    emulator.polls('authorization_pending', 'authorization_pending');
    const credential = await signIn(flow());
    expect(credential).toMatchObject(expected);
    expect(events).toMatchObject([{ type: 'open', code: expect.stringMatching(/^[\w-]{8,}$/) }]);
    const [event] = events;
    expect(event?.type === 'open' && event.url).toMatch(/^https?:.*user_code=/);
    expect(waits).toEqual([3000, 3000, 3000]);
    const renewed = await refresh(flow(), credential);
    expect(renewed.accessToken).not.toBe(credential.accessToken);
  });

  it('ends when the code expires', async () => {
    emulator.polls('authorization_pending', 'expired_token');
    await expect(signIn(flow())).rejects.toMatchObject({ kind: 'login', message: expect.stringMatching(/expired/) });
  });

  it('ends when the code expires by the clock, whatever the service says', async () => {
    emulator.polls(...Array.from({ length: 50 }, () => 'authorization_pending' as const));
    let now = Date.now();
    const options = flow({
      now: () => now,
      wait: async () => {
        now += 60_000;
      },
    });
    await expect(signIn(options)).rejects.toMatchObject({ kind: 'login', message: expect.stringMatching(/expired/) });
  });

  it('ends when the user says no', async () => {
    emulator.polls('authorization_pending', 'access_denied');
    await expect(signIn(flow())).rejects.toMatchObject({ kind: 'login', message: expect.stringMatching(/denied/) });
  });

  it('ends at once when it is given up', async () => {
    emulator.polls(...Array.from({ length: 50 }, () => 'authorization_pending' as const));
    const leaving = new AbortController();
    const { wait: _wait, ...rest } = flow({ signal: leaving.signal });
    const outcome = signIn(rest).catch(error => error);
    setTimeout(() => leaving.abort(), 30);
    expect(await outcome).toMatchObject({ kind: 'cancelled' });
  });

  it('survives a moment without an answer', async () => {
    const operation = Object.hasOwn(expected, 'region') ? 'token' : 'oauth/device/poll';
    emulator.nextFor(operation, { status: 502, body: 'bad gateway' });
    expect(await signIn(flow())).toMatchObject(expected);
    expect(waits.length).toBe(2);
  });
});

describe('signing in with AWS', () => {
  it('asks five seconds less often when it is told to slow down', async () => {
    emulator.polls('slow_down', 'authorization_pending', 'slow_down');
    await signInWithAws(flow());
    expect(waits).toEqual([3000, 8000, 8000, 13_000]);
  });

  it('keeps what an organisation needs for renewing', async () => {
    const organisation = { startUrl: 'https://d-1234567890.awsapps.com/start', region: 'eu-west-1' };
    const credential = await signInWithAws(flow(), organisation);
    expect(credential).toMatchObject({ kind: 'oidc', provider: 'Enterprise', ...organisation });
    expect(credential.client).toMatchObject({ id: expect.any(String), secret: expect.any(String) });
  });

  it('refuses a region and a start URL that lead elsewhere', async () => {
    await expect(signInWithAws(flow(), { region: 'evil.example/' })).rejects.toMatchObject({ kind: 'login' });
    for (const startUrl of ['http://plain.example', 'javascript:alert(1)', 'https://user:pass@x.example', 'start']) {
      await expect(signInWithAws(flow(), { startUrl })).rejects.toMatchObject({ kind: 'invalid', param: 'start-url' });
    }
    expect(emulator.requests).toEqual([]);
  });

  it('says what to check when the service refuses to begin', async () => {
    emulator.nextFor('device_authorization', { status: 400, body: { error: 'invalid_request' } });
    await expect(signInWithAws(flow())).rejects.toMatchObject({
      kind: 'login',
      code: 'invalid_request',
      message: expect.stringContaining('Check the start URL'),
    });
  });
});
