import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { apis } from '../chaos/api.ts';
import { faults, logins, rates, refusals } from '../chaos/faults.ts';
import { countOpen, headersOf, startImpatient } from '../chaos/gateway.ts';
import { readHoldings } from '../chaos/process.ts';
import { type Case, everyCase, type Report, runCases } from '../chaos/run.ts';
import type { RunningGateway } from '../support/gateway.ts';

// The long form (npm run chaos) asks everything three times, each time in another order; the short one a third of it.
const isLong = process.env['KIRO_CHAOS'] === 'long';
const limit = 90_000;

let emulator: Emulator;
let gateway: RunningGateway;
let filesAtFirst = 0;

beforeAll(async () => {
  emulator = await startEmulator({ remember: 2000 });
  // A busy machine may take seconds for what takes milliseconds; then the time limits would be what is tested.
  gateway = await startImpatient(emulator, { FIRST_TOKEN_TIMEOUT: '10', STREAMING_READ_TIMEOUT: '10' });
  await fetch(`${gateway.url}/v1/models`, { headers: headersOf(gateway) });
  filesAtFirst = readHoldings(gateway.pid).files;
});
// After all of it, in whatever order, nothing is left running and nothing went uncaught.
afterAll(async () => {
  const soon = { timeout: 40_000, interval: 200 };
  await vi.waitFor(async () => expect(await countOpen(gateway)).toBe(0), soon);
  const left = () => emulator.requests.filter(({ finishedAt, closedAt }) => (finishedAt ?? closedAt) === undefined);
  await vi.waitFor(() => expect(left()).toEqual([]), soon);
  expect(gateway.errors()).not.toMatch(/nobody caught|unhandled/i);
  await vi.waitFor(() => expect(readHoldings(gateway.pid).files).toBeLessThanOrEqual(filesAtFirst + 5), soon);
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

const run = (cases: readonly Case[], width: number): Promise<Report> =>
  runCases(cases, { gateway, emulator, width, limit });
const ways = apis.flatMap(api => [true, false].map(stream => ({ api, stream, name: api.name })));

describe('whatever the service does', () => {
  it.each(ways)('a refusal is told as one ($name, stream: $stream)', { timeout: 120_000 }, async ({ api, stream }) => {
    expect(await run(everyCase(api, stream, refusals, false), 8)).toMatchObject({ wrong: [] });
  });

  it.each(ways)('a refused token is renewed once ($name, stream: $stream)', async ({ api, stream }) => {
    const gateway = await startImpatient(emulator, { FIRST_TOKEN_TIMEOUT: '10', STREAMING_READ_TIMEOUT: '10' });
    const report = await runCases(everyCase(api, stream, logins, false), { gateway, emulator, width: 1, limit });
    expect(await gateway.stop()).toBe(0);
    expect(report).toMatchObject({ wrong: [] });
  });

  it('an account that must slow down waits, and then says so', { timeout: 120_000 }, async () => {
    const cases = ways.flatMap(({ api, stream }) => everyCase(api, stream, rates, false));
    expect(await run(cases, 1)).toMatchObject({ wrong: [] });
  });

  it('an answer that goes wrong anywhere is right, cut or an error', { timeout: 600_000 }, async () => {
    const cases = ways.flatMap(({ api, stream }) => everyCase(api, stream, faults, true));
    expect(cases.length).toBeGreaterThan(4000);
    for (let round = 0; round < (isLong ? 3 : 1); round += 1) {
      const chosen = shuffle(cases, round).slice(0, isLong ? cases.length : cases.length / 3);
      const report = await run(chosen, 64);
      if (isLong) console.log(`${report.cases} cases, the slowest took ${report.slowest} ms`);
      expect(report).toMatchObject({ wrong: [] });
    }
  });
});

/** The same in another order; the order is that of the seed. */
function shuffle(cases: readonly Case[], seed: number): readonly Case[] {
  const key = (number: number): number => Math.imul((number + 1) * (seed + 1), 2_654_435_761) >>> 0;
  return cases
    .map((asked, number) => ({ asked, at: key(number) }))
    .sort((a, b) => a.at - b.at)
    .map(({ asked }) => asked);
}
