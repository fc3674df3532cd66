import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, runExecutable, startGateway } from '../support/gateway.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

describe('the footprint of the executable', () => {
  it('listens within 100 ms and is content with 90 MB when idle', async () => {
    const times: number[] = [];
    const sizes: number[] = [];
    const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
    for (let run = 0; run < 7; run++) {
      const gateway = await startGateway({ emulator, env });
      times.push(gateway.startMs);
      const health = await fetch(`${gateway.url}/health`);
      expect(health.status).toBe(200);
      sizes.push(residentMegabytes(gateway.pid));
      await gateway.stop();
    }
    // Whatever else the machine does only ever slows it down.
    expect(Math.min(...times)).toBeLessThan(100);
    if (process.platform === 'linux') expect(median(sizes)).toBeLessThan(90);
  });

  it('shows its version within 25 ms', async () => {
    const home = emptyFolder();
    const times: number[] = [];
    for (let run = 0; run < 15; run++) {
      const startedAt = performance.now();
      const { code, output } = await runExecutable(['--version'], { home: home.path });
      times.push(performance.now() - startedAt);
      expect([code, output]).toEqual([0, expect.stringMatching(/^kiro-gw \d+\.\d+\.\d+ /)]);
    }
    home.remove();
    // The least of many: whatever else the machine does only ever adds to it.
    expect(Math.min(...times)).toBeLessThan(25);
  });

  it('lists the models within 80 ms when they were listed before', async () => {
    const home = emptyFolder();
    const key = emulator.credentials.apiKey().accessToken;
    const options = { home: home.path, env: { ...environment(home.path, emulator), KIRO_API_KEY: key } };
    expect((await runExecutable(['models'], options)).errors).toContain('lists them now');
    const times: number[] = [];
    for (let run = 0; run < 15; run++) {
      const startedAt = performance.now();
      const { code, errors } = await runExecutable(['models'], options);
      times.push(performance.now() - startedAt);
      expect([code, errors]).toEqual([0, expect.stringContaining('listed them')]);
    }
    home.remove();
    expect(Math.min(...times)).toBeLessThan(80);
  });
});

function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
