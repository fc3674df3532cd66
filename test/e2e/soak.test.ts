import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { countOpen, readHeld, startImpatient, watched } from '../chaos/gateway.ts';
import { readHoldings } from '../chaos/process.ts';
import { soak } from '../chaos/soak.ts';
import type { GatewayOptions, RunningGateway } from '../support/gateway.ts';

const patience = { FIRST_TOKEN_TIMEOUT: '10', STREAMING_READ_TIMEOUT: '10', HTTP_KEEPALIVE_EXPIRY: '1' };

/** A mixed load; gives the gateway to what looks at it before and after. */
async function load<T>(
  { seconds, width, options }: { seconds: number; width: number; options?: Pick<GatewayOptions, 'program'> },
  look: (gateway: RunningGateway) => T | Promise<T>,
  compare: (before: T, now: () => T | Promise<T>) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ remember: 1000 });
  const gateway = await startImpatient(emulator, patience, options);
  try {
    const mixed = { gateway, emulator, width, faulty: 0.05, leaving: 0.05, pace: 50 };
    // What is loaded on first use is no part of what is left.
    if (options !== undefined) await soak({ ...mixed, seconds: 0.5, width: 5, faulty: 0, leaving: 0 });
    await countOpen(gateway);
    const before = await look(gateway);
    const report = await soak({ ...mixed, seconds });
    expect(report).toMatchObject({ wrong: [], wrongCount: 0 });
    expect(report.requests).toBeGreaterThan(width);
    await expect.poll(() => countOpen(gateway)).toBe(0);
    await compare(before, () => look(gateway));
    expect(gateway.errors()).not.toContain('nobody caught');
    expect(await gateway.stop()).toBe(0);
  } finally {
    await gateway.stop();
    await emulator.close();
  }
}

// The long form, which also watches the memory: npm run soak
describe('streams at once, some broken and some left, give no wrong answer', { timeout: 150_000 }, () => {
  it('and leave no file and no socket behind, 200 of them at the executable', async () => {
    await load(
      { seconds: 5, width: 200 },
      ({ pid }) => readHoldings(pid).files,
      (before, files) => expect.poll(files, { interval: 200 }).toBeLessThanOrEqual(before + 2),
    );
  });

  it('and leave no timer, no socket and no signal on the heap', async () => {
    await load({ seconds: 3, width: 60, options: watched }, readHeld, async (before, held) => {
      const grown = async (): Promise<readonly string[]> => {
        const now = await held();
        const names = Object.keys(now) as (keyof typeof now)[];
        return names.filter(name => now[name] > before[name]).map(name => `${name}: ${before[name]}, now ${now[name]}`);
      };
      await expect.poll(grown, { interval: 500 }).toEqual([]);
    });
  });
});
