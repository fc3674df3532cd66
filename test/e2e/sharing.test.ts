import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { startProgram } from '../kiro/auth/support/program.ts';
import { useMachine } from '../kiro/auth/support/use-machine.ts';
import { createIde } from '../support/ide.ts';

const { machine, signIns } = useMachine();

describe('one sign-in in the hands of several programs', () => {
  const lifetime = 3000;
  const duration = 8000;
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ tokenLifetime: lifetime });
  });
  afterEach(() => emulator.close());

  it('is never renewed with a used refresh token, never unreadable, and never fails a request', async () => {
    const path = signIns.idePath;
    const ide = createIde({ path, emulator, lifetime });
    ide.signIn();
    const gateways = [1, 2].map(async () => {
      const gateway = startProgram('gateway.ts', machine.home, emulator.url, String(duration), '201');
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
      for (; performance.now() < end || reads < 201; await sleep(1)) {
        expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toContain('refreshToken');
        reads += 1;
      }
    })();
    const life = ide.live(() => performance.now() >= end - lifetime);

    const outcomes = await Promise.all(gateways);
    const [rotations] = await Promise.all([life, reader]);
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
  });
});
