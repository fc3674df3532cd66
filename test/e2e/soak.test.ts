import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { countOpen, startImpatient } from '../chaos/gateway.ts';
import { readHoldings } from '../chaos/process.ts';
import { soak } from '../chaos/soak.ts';
import type { RunningGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator({ remember: 1000 });
  gateway = await startImpatient(emulator, { FIRST_TOKEN_TIMEOUT: '10', STREAMING_READ_TIMEOUT: '10' });
});
afterAll(async () => {
  await gateway.stop();
  await emulator.close();
});

// The long form, which also watches the memory: npm run soak
it('200 streams at once, some broken and some left, give no wrong answer and leave nothing behind', {
  timeout: 150_000,
}, async () => {
  await countOpen(gateway);
  const before = readHoldings(gateway.pid);
  const report = await soak({ gateway, emulator, seconds: 5, width: 200, faulty: 0.05, leaving: 0.05, pace: 50 });
  expect(report).toMatchObject({ wrong: [], wrongCount: 0 });
  expect(report.requests).toBeGreaterThan(200);
  await expect.poll(() => countOpen(gateway)).toBe(0);
  await expect.poll(() => readHoldings(gateway.pid).files, { interval: 200 }).toBeLessThanOrEqual(before.files + 2);
  expect(gateway.errors()).not.toContain('nobody caught');
  expect(await gateway.stop()).toBe(0);
});
