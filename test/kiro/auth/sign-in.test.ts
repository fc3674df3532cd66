import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { createAttempts, lineOf } from '../../../src/kiro/auth/attempts.ts';
import { createSignIns, type SignIns } from '../../../src/kiro/auth/sign-in.ts';
import { createAccounts } from '../../../src/kiro/auth/sources/accounts.ts';
import type { Credential } from '../../../src/kiro/auth/token.ts';
import { createMachine, type TestMachine } from './support/machine.ts';
import { createScripted, type Scripted } from './support/scripted.ts';
import { createSignInsOn } from './support/sign-ins.ts';

let machine: TestMachine;
let places: ReturnType<typeof createSignInsOn>;
let outcomes: string[];
let requests: readonly unknown[];
beforeEach(() => {
  machine = createMachine();
  places = createSignInsOn(machine);
  outcomes = [];
});
afterEach(() => machine.remove());

function start(script: readonly Scripted[], options: Partial<Parameters<typeof createSignIns>[0]> = {}): SignIns {
  const transport = createScripted(...script);
  requests = transport.requests;
  const { home, configDir } = machine;
  return createSignIns({
    search: {
      machine: { env: {}, home, platform: 'linux' },
      accounts: createAccounts({ folder: configDir }),
      explicit: {},
    },
    exchange: { transport, now: () => Date.now() },
    folder: configDir,
    log: machine.options().log,
    onRenewal: outcome => void outcomes.push(outcome),
    ...options,
  });
}
const warnings = (): readonly string[] => machine.lines.filter(line => line.startsWith('warn'));
const tokens = (name: string, expiresIn = 3600) => ({
  body: { accessToken: name, refreshToken: `r-${name}`, expiresIn },
});
const down = { status: 500, body: {} };

describe('a sign-in', () => {
  it('is used as it is while it lives', async () => {
    places.ide(60);
    expect(await start([]).obtain()).toMatchObject({
      credential: { accessToken: 'access-of-ide' },
      why: 'found on this machine',
    });
    expect([outcomes, warnings()]).toEqual([[], []]);
  });

  it('is renewed when it is due, and told so', async () => {
    places.ide(5);
    expect((await start([tokens('new')]).obtain()).credential).toMatchObject({
      accessToken: 'new',
      lifetime: 3_600_000,
    });
    expect(outcomes).toEqual(['done']);
    expect(machine.lines).toEqual([
      expect.stringMatching(/^debug The Kiro access token is new\. .*Kiro IDE.*expiresAt/),
    ]);
  });

  it('is renewed by its own lifetime, which its file does not say', async () => {
    places.ide(5);
    // Due a quarter of it before the end, not ten minutes.
    const signIns = start([tokens('short', 150)]);
    await signIns.obtain();
    expect((await signIns.obtain()).credential).toMatchObject({ accessToken: 'short', lifetime: 150_000 });
    expect(requests).toHaveLength(1);
  });

  it('is renewed when the service refuses it, although it lives, six times a minute at most', async () => {
    places.ide(60);
    const signIns = start(Array.from({ length: 9 }, (_, index) => tokens(`t${index}`)));
    let refused = 'access-of-ide';
    for (let round = 0; round < 6; round += 1) {
      const { credential } = await signIns.obtain(refused);
      expect(credential.accessToken).toBe(`t${round}`);
      refused = `t${round}`;
    }
    await expect(signIns.obtain(refused)).rejects.toMatchObject({
      kind: 'login',
      message:
        'The Kiro sign-in of Kiro IDE is refused by the service however often it is renewed. To sign in again, open Kiro and sign in, or run kiro-gw login.',
    });
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'done'));
  });

  it('that cannot be renewed is at its end when it is refused', async () => {
    places.ide(60, { refreshToken: undefined });
    const signIns = start([]);
    expect((await signIns.obtain('another')).credential.accessToken).toBe('access-of-ide');
    await expect(signIns.obtain('access-of-ide')).rejects.toThrow(
      /^The Kiro sign-in of Kiro IDE is refused by the service\. /,
    );
    expect(outcomes).toEqual([]);
  });
});

describe('a renewal that fails', () => {
  it('leaves the token while it lives, says so once, and is not tried again at once', async () => {
    places.ide(5);
    const signIns = start([down]);
    for (let round = 0; round < 3; round += 1) {
      expect((await signIns.obtain()).credential.accessToken).toBe('access-of-ide');
    }
    expect(outcomes).toEqual(['failed']);
    expect(requests).toHaveLength(1);
    expect(warnings()).toEqual([
      expect.stringMatching(/could not be renewed; the old one is used while it lives\. .*answered 500.*expiresAt/),
    ]);
    // Refused, it is of no use.
    await expect(signIns.obtain('access-of-ide')).rejects.toMatchObject({ kind: 'upstream' });
  });

  it('is the failure where the token is over, and not tried again at once', async () => {
    places.ide(-5);
    const signIns = start([down, tokens('new')]);
    await expect(signIns.obtain()).rejects.toMatchObject({ kind: 'upstream' });
    await expect(signIns.obtain()).rejects.toMatchObject({ kind: 'upstream' });
    expect(requests).toHaveLength(1);
  });

  it('for good is an error with the service’s word, and the next place counts', async () => {
    places.ide(-5);
    const refusal = { status: 400, body: { error: 'invalid_grant' } };
    const signIns = start([refusal]);
    await expect(signIns.obtain()).rejects.toMatchObject({
      kind: 'login',
      code: 'invalid_grant',
      message: expect.stringContaining('Kiro IDE is no longer accepted (invalid_grant). To sign in again,'),
    });
    // Nothing else is there: the error says it.
    expect(warnings()).toEqual([]);
    places.cli(60);
    expect((await signIns.obtain()).source.place).toBe('kiro-cli');
    expect(warnings()).toEqual([
      expect.stringMatching(/^warn Passed over Kiro IDE: .*"path":".*kiro-auth-token\.json"/),
    ]);
    expect(requests).toHaveLength(1);
  });

  it('before anybody was asked says why', async () => {
    const { refreshToken } = places.social(-5, 'ide');
    const token = { refreshToken, clientId: 'i', tokenEndpoint: 'https://evil.example/', authMethod: 'external_idp' };
    machine.json(places.idePath, token);
    await expect(start([]).obtain()).rejects.toThrow(
      /^The Kiro sign-in of Kiro IDE cannot be renewed: The token endpoint of the sign-in points to evil\.example/,
    );
    expect(outcomes).toEqual(['failed']);
  });
});

describe('the memory of failed renewals', () => {
  const one: Credential = { kind: 'social', refreshToken: 'r', accessToken: 'a' };
  const login = new ChatError('login', 'No.');

  it('knows a sign-in by what it can be renewed with', () => {
    expect(lineOf(one)).toBe(lineOf({ ...one, accessToken: 'b' }));
    expect(lineOf(one)).not.toBe(lineOf({ ...one, refreshToken: 's' }));
    expect(lineOf({ kind: 'api-key', accessToken: 'a' })).not.toBe(lineOf({ kind: 'api-key', accessToken: 'b' }));
    expect(lineOf({ kind: 'social' } as Credential)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('tells refusals for good from others, and forgets both in time', async () => {
    const attempts = createAttempts();
    expect(attempts.failureOf(one)).toBeUndefined();
    attempts.failed(one, login, 60_000);
    expect([attempts.failureOf(one), attempts.refusalOf(one)]).toEqual([login, login]);
    const network = new ChatError('network', 'Down.');
    attempts.failed(one, network, 60_000);
    expect([attempts.failureOf(one), attempts.refusalOf(one)]).toEqual([network, undefined]);
    attempts.failed(one, login, 0);
    expect(attempts.failureOf(one)).toBeUndefined();
  });

  it('stays bounded', () => {
    const attempts = createAttempts();
    const many = Array.from({ length: 102 }, (_, index): Credential => ({ ...one, refreshToken: `r${index}` }));
    for (const credential of many) attempts.failed(credential, login, 60_000);
    expect(many.filter(credential => attempts.failureOf(credential) !== undefined)).toEqual(many.slice(-1));
  });
});
