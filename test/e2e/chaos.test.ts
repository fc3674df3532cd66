import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { apis } from '../chaos/api.ts';
import { faults, logins, rates, refusals } from '../chaos/faults.ts';
import { type Case, everyCase, type Report, runCases } from '../chaos/run.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

// KIRO_CHAOS=long asks everything three times, in another order each time.
const rounds = process.env['KIRO_CHAOS'] === 'long' ? 3 : 1;
const limit = 30_000;

let emulator: Emulator;
let gateway: RunningGateway;
let filesAtFirst = 0;

beforeAll(async () => {
  emulator = await startEmulator({ remember: 2000 });
  gateway = await start();
  await fetch(`${gateway.url}/v1/models`, { headers: headersOf(gateway) });
  filesAtFirst = openFiles(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await emulator.close();
});

function start(): Promise<RunningGateway> {
  const { refreshToken, profileArn } = emulator.credentials.social();
  return startGateway({
    emulator,
    env: {
      REFRESH_TOKEN: refreshToken,
      PROFILE_ARN: profileArn,
      MAX_RETRIES: '2',
      BASE_RETRY_DELAY: '0.005',
      RATE_LIMIT_429_BACKOFF: '0.01',
      FIRST_TOKEN_TIMEOUT: '2',
      FIRST_TOKEN_MAX_RETRIES: '1',
      STREAMING_READ_TIMEOUT: '2',
      HTTP_KEEPALIVE_EXPIRY: '1',
    },
  });
}

const headersOf = ({ key }: RunningGateway) => ({ authorization: `Bearer ${key}`, connection: 'close' });

function openFiles({ pid }: RunningGateway): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

const run = (cases: readonly Case[], width: number): Promise<Report> =>
  runCases(cases, { gateway, emulator, width, limit });
const ways = apis.flatMap(api => [true, false].map(stream => ({ api, stream, name: api.name })));

describe('whatever the service does', () => {
  it.each(ways)('a refusal is told as one ($name, stream: $stream)', { timeout: 60_000 }, async ({ api, stream }) => {
    expect(await run(everyCase(api, stream, refusals, false), 8)).toMatchObject({ wrong: [] });
  });

  it.each(ways)('a refused token is renewed once ($name, stream: $stream)', async ({ api, stream }) => {
    const gateway = await start();
    const report = await runCases(everyCase(api, stream, logins, false), { gateway, emulator, width: 1, limit });
    expect(await gateway.stop()).toBe(0);
    expect(report).toMatchObject({ wrong: [] });
  });

  it('an account that must slow down waits, and then says so', { timeout: 120_000 }, async () => {
    const cases = ways.flatMap(({ api, stream }) => everyCase(api, stream, rates, false));
    expect(await run(cases, 1)).toMatchObject({ wrong: [] });
  });

  it('an answer that goes wrong anywhere is right, cut or an error', { timeout: 120_000 * rounds }, async () => {
    const cases = ways.flatMap(({ api, stream }) => everyCase(api, stream, faults, true));
    for (let round = 0; round < rounds; round += 1) {
      const report = await run(shuffle(cases, round), 48);
      if (rounds > 1) console.log(`${report.cases} cases, the slowest took ${report.slowest} ms`);
      expect(report).toMatchObject({ wrong: [] });
      expect(report.cases).toBeGreaterThan(4000);
    }
  });

  it('afterwards nothing is left running and nothing went uncaught', { timeout: 30_000 }, async () => {
    const metrics = async (): Promise<string> => {
      const response = await fetch(`${gateway.url}/metrics`, { headers: headersOf(gateway) });
      return response.text();
    };
    // The one that asks is running, too.
    await expect.poll(metrics).toMatch(/^kiro_gw_open_requests 1$/m);
    const left = () => emulator.requests.filter(({ finishedAt, closedAt }) => (finishedAt ?? closedAt) === undefined);
    await expect.poll(() => left().length, { timeout: 5000 }).toBe(0);
    expect(gateway.errors()).not.toMatch(/nobody caught|unhandled/i);
    await expect
      .poll(() => openFiles(gateway), { timeout: 10_000, interval: 200 })
      .toBeLessThanOrEqual(filesAtFirst + 5);
    expect(await gateway.stop()).toBe(0);
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
