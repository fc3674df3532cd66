import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { runCommand } from '../support/world.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const run = (...args: string[]) =>
  runCommand({
    args: ['usage', ...args],
    env: {
      KIRO_API_KEY: emulator.credentials.apiKey().accessToken,
      KIRO_RUNTIME_URL: emulator.url,
      KIRO_MANAGEMENT_URL: emulator.url,
    },
  });
const reset = Date.UTC(2031, 4, 17, 12, 30);
const usage = (overage: string) => ({
  nextDateReset: reset / 1000,
  subscriptionInfo: { subscriptionTitle: 'KIRO PRO' },
  overageConfiguration: { overageStatus: overage },
  usageBreakdownList: [
    {
      resourceType: 'CREDIT',
      displayNamePlural: 'Credits',
      currentUsageWithPrecision: 800.5,
      usageLimitWithPrecision: 1000,
      currentOveragesWithPrecision: 3,
      overageRate: 0.04,
      overageCap: 100,
      freeTrialInfo: {
        freeTrialStatus: 'ACTIVE',
        freeTrialExpiry: reset / 1000,
        currentUsageWithPrecision: 100,
        usageLimitWithPrecision: 200,
      },
    },
  ],
});

describe('kiro-gw usage', () => {
  it('shows the plan, a bar, the parts, the overage and the local time of the reset', async () => {
    emulator.nextFor('GetUsageLimits', { status: 200, body: usage('ENABLED') });
    const { code, output } = await run();
    expect(code).toBe(0);
    const lines = output.split('\n');
    expect(lines[0]).toBe('KIRO PRO');
    expect(lines[1]).toMatch(/^█{23}░{7} 900\.5 of 1200 credits used, 299\.5 left$/);
    expect(lines[2]).toBe('  plan: 800.5 of 1000');
    expect(lines[3]).toMatch(/^ {2}trial: 100 of 200, until .*2031/);
    expect(lines[4]).toBe('Overage is on, 3 credits used, 0.04 each, 100 at most.');
    const time = new Date(reset).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
    expect(lines[5]).toBe(`Resets on ${time}.`);
  });

  it('says that overage is off, and writes JSON as the server does', async () => {
    emulator.nextFor('GetUsageLimits', { status: 200, body: usage('DISABLED') });
    expect((await run()).output).toContain('Overage is off.');
    emulator.nextFor('GetUsageLimits', { status: 200, body: usage('DISABLED') });
    expect(JSON.parse((await run('--json')).output)).toMatchObject({
      left: 299.5,
      resets_at: new Date(reset).toISOString(),
    });
  });
});
