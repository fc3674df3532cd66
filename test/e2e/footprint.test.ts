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
    const sizes: number[] = [];
    const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
    const least = await leastOf(100, 7, async () => {
      const gateway = await startGateway({ emulator, env });
      const health = await fetch(`${gateway.url}/health`);
      expect(health.status).toBe(200);
      sizes.push(residentMegabytes(gateway.pid));
      await gateway.stop();
      return gateway.startMs;
    });
    expect(least).toBeLessThan(100);
    if (process.platform === 'linux') expect(median(sizes)).toBeLessThan(90);
  });

  it('shows its version within 25 ms', async () => {
    const home = emptyFolder();
    const least = await leastOf(25, 5, async () => {
      const startedAt = performance.now();
      const { code, output } = await runExecutable(['--version'], { home: home.path });
      const time = performance.now() - startedAt;
      expect([code, output]).toEqual([0, expect.stringMatching(/^kiro-gw \d+\.\d+\.\d+ /)]);
      return time;
    });
    home.remove();
    expect(least).toBeLessThan(25);
  });

  it('lists the models within 80 ms when they were listed before', async () => {
    const home = emptyFolder();
    const key = emulator.credentials.apiKey().accessToken;
    const options = { home: home.path, env: { ...environment(home.path, emulator), KIRO_API_KEY: key } };
    expect((await runExecutable(['models'], options)).errors).toContain('lists them now');
    const least = await leastOf(80, 5, async () => {
      const startedAt = performance.now();
      const { code, errors } = await runExecutable(['models'], options);
      const time = performance.now() - startedAt;
      expect([code, errors]).toEqual([0, expect.stringContaining('listed them')]);
      return time;
    });
    home.remove();
    expect(least).toBeLessThan(80);
  });
});

/** The least of many times: whatever else the machine does only ever adds to them. So often until one is within the budget. */
async function leastOf(budget: number, fewest: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + 40_000;
  for (let run = 0; run < fewest || (least >= budget && performance.now() < end); run += 1) {
    least = Math.min(least, await measure());
  }
  return least;
}

function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
