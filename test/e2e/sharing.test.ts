import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { createKiroCli } from '../../src/kiro/auth/sources/kiro-cli.ts';
import { arn, createMachine, type TestMachine } from '../kiro/auth/support/machine.ts';
import { createSignInsOn } from '../kiro/auth/support/sign-ins.ts';

interface Renewal {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

const programs = join(import.meta.dirname, '..', 'kiro', 'auth', 'support');
let machine: TestMachine;
beforeEach(() => {
  machine = createMachine();
});
afterEach(() => machine.remove());

function run(program: string, ...args: readonly string[]) {
  return spawn(process.execPath, [join(programs, program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('one sign-in in the hands of several programs', () => {
  const lifetime = 3000;
  const duration = 9500;
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ tokenLifetime: lifetime });
  });
  afterEach(() => emulator.close());

  it('is never renewed with a used refresh token, never unreadable, and never fails a request', async () => {
    const path = createSignInsOn(machine).idePath;
    const store = (tokens: { accessToken: string; refreshToken: string; expiresAt: number }): void => {
      const { accessToken, refreshToken } = tokens;
      const expiresAt = new Date(tokens.expiresAt).toISOString();
      machine.json(`${path}.new`, { accessToken, refreshToken, expiresAt, authMethod: 'social', profileArn: arn });
      renameSync(`${path}.new`, path);
    };
    store(emulator.credentials.social());
    const gateways = [1, 2].map(async () => {
      const gateway = run('gateway.ts', machine.home, emulator.url, String(duration));
      let said = '';
      gateway.stdout.on('data', chunk => {
        said += String(chunk);
      });
      await once(gateway, 'close');
      return JSON.parse(said) as { calls: number; failed: number; failures: string[] };
    });

    const end = performance.now() + duration;
    let reads = 0;
    const reader = (async () => {
      for (; performance.now() < end; await sleep(1)) {
        expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toContain('refreshToken');
        reads += 1;
      }
    })();
    // What the IDE does with it: signs in anew, renews a token long before a gateway would, or sleeps so long that a
    // gateway has to.
    const rotations = { renewed: 0, anew: 0 };
    const renewEarly = async (): Promise<void> => {
      const { refreshToken, expiresAt } = machine.readJson(path);
      if (Date.parse(String(expiresAt)) - Date.now() < lifetime * 0.75) return;
      const response = await fetch(`${emulator.url}/refreshToken`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      });
      const { expiresIn, ...tokens } = (await response.json()) as Renewal;
      store({ ...tokens, expiresAt: Date.now() + expiresIn * 1000 });
      rotations.renewed += 1;
    };
    const ide = (async () => {
      while (performance.now() < end - lifetime) {
        store(emulator.credentials.social());
        rotations.anew += 1;
        for (let round = 0; round < 3; round += 1) {
          await sleep(100 + Math.random() * 200);
          await renewEarly();
        }
        await sleep(lifetime * 1.2);
      }
    })();

    const outcomes = await Promise.all(gateways);
    await Promise.all([reader, ide]);
    for (const { calls, failed, failures } of outcomes) {
      expect(failures).toEqual([]);
      expect(failed).toBe(0);
      expect(calls).toBeGreaterThan(200);
    }
    expect(rotations.anew).toBeGreaterThan(0);
    expect(rotations.renewed).toBeGreaterThan(0);
    const renewals = emulator.requests.filter(({ operation }) => operation === 'refreshToken').length;
    expect(renewals).toBeGreaterThan(rotations.renewed);
    expect(reads).toBeGreaterThan(200);
    expect(emulator.violations.filter(({ rule }) => rule === 'refresh-reuse')).toEqual([]);
  }, 30_000);
});

describe('a write-back that is killed', () => {
  const places = {
    ide: {
      write: (): string =>
        createSignInsOn(machine).ide(60, { accessToken: 'a-0', refreshToken: 'r-0', padding: 'x'.repeat(200_000) }),
      read: (path: string): unknown => {
        const { accessToken, refreshToken, padding } = machine.readJson(path);
        return [String(accessToken).slice(2), String(refreshToken).slice(2), String(padding).length];
      },
    },
    database: {
      write: (): string =>
        createSignInsOn(machine).cli(60, { access_token: 'a-0', refresh_token: 'r-0', padding: 'x'.repeat(200_000) }),
      async read(): Promise<unknown> {
        const source = createKiroCli({ home: machine.home, platform: 'linux', env: {} })[1];
        const credential = await source?.read();
        const { padding } = machine.readRow(createSignInsOn(machine).cliPath, 'kirocli:social:token');
        return [credential?.accessToken?.slice(2), credential?.refreshToken?.slice(2), String(padding).length];
      },
    },
  };

  it.each(['ide', 'database'] as const)(
    'leaves the old or the new sign-in, whole (%s)',
    async place => {
      const { write, read } = places[place];
      const path = write();
      const seen = new Set<unknown>();
      for (let round = 0; round < 12; round += 1) {
        const program = run('rewriter.ts', machine.home, place);
        const ended = once(program, 'close');
        await Promise.race([once(program.stdout, 'data'), ended]);
        await sleep(Math.random() * 40);
        program.kill('SIGKILL');
        const [, signal] = await ended;
        expect(signal).toBe('SIGKILL');
        const [access, refresh, padding] = (await read(path)) as [string, string, number];
        expect(access).toBe(refresh);
        expect(padding).toBe(200_000);
        seen.add(access);
      }
      expect(seen.size).toBeGreaterThan(3);
    },
    30_000,
  );
});
