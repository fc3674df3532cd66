import { describe, expect, it } from 'vitest';
import { readUsage } from '../../src/kiro/usage.ts';
import { chatOf, never, startRig } from './support/kiro.ts';

describe('the usage of an account', () => {
  it('adds the plan, an active trial and active bonuses', () => {
    const usage = readUsage({
      nextDateReset: 1_769_904_000.5,
      usageBreakdownList: [
        { resourceType: 'OTHER', currentUsage: 1, usageLimit: 2 },
        {
          resourceType: 'CREDIT',
          displayNamePlural: 'Credits',
          currentUsage: 12,
          currentUsageWithPrecision: 12.34,
          usageLimit: 1000,
          usageLimitWithPrecision: 1000.0,
          currentOverages: 1,
          overageRate: 0.04,
          overageCap: 10_000,
          freeTrialInfo: {
            freeTrialStatus: 'ACTIVE',
            currentUsageWithPrecision: 0.1,
            usageLimit: 500,
            freeTrialExpiry: 1_770_000_000,
          },
          bonuses: [
            { displayName: 'Welcome', status: 'ACTIVE', currentUsage: 0.2, usageLimit: 50, expiresAt: 1_771_000_000 },
            { displayName: 'Old', status: 'EXPIRED', currentUsage: 9, usageLimit: 9 },
          ],
        },
      ],
      subscriptionInfo: { subscriptionTitle: 'KIRO PRO', type: 'Q_DEVELOPER_STANDALONE_PRO' },
      overageConfiguration: { overageStatus: 'DISABLED' },
      userInfo: { email: 'ada@example.com' },
    });
    expect(usage).toEqual({
      plan: 'KIRO PRO',
      email: 'ada@example.com',
      unit: 'credits',
      used: 12.64,
      limit: 1550,
      parts: [
        { name: 'plan', used: 12.34, limit: 1000 },
        { name: 'trial', used: 0.1, limit: 500, expiresAt: 1_770_000_000_000 },
        { name: 'Welcome', used: 0.2, limit: 50, expiresAt: 1_771_000_000_000 },
      ],
      overage: { enabled: false, used: 1, rate: 0.04, cap: 10_000 },
      resetsAt: 1_769_904_000_500,
    });
  });

  it('leaves out an expired trial, and lives with nearly nothing', () => {
    const entry = {
      resourceType: 'CREDIT',
      usageLimit: 5,
      freeTrialInfo: { freeTrialStatus: 'EXPIRED', usageLimit: 9 },
    };
    expect(readUsage({ usageBreakdownList: [entry] })).toMatchObject({ used: 0, limit: 5, parts: [{ name: 'plan' }] });
    expect(readUsage({})).toEqual({
      unit: 'credits',
      used: 0,
      limit: 0,
      parts: [{ name: 'plan', used: 0, limit: 0 }],
    });
    expect(readUsage({ usageBreakdownList: 'x', subscriptionInfo: null, nextDateReset: 'soon' })).toMatchObject({
      limit: 0,
    });
  });

  it('is unknown, not broken, where the service does not tell it', async () => {
    const { kiro, emulator } = await startRig();
    emulator.nextFor('GetUsageLimits', { status: 403, body: { reason: 'FEATURE_NOT_SUPPORTED', message: 'no' } });
    await expect(kiro.usage(never)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('is asked for again after a failure that passes, and with a new token', async () => {
    const rig = await startRig();
    rig.emulator.nextFor('GetUsageLimits', { status: 503, body: {} });
    expect((await rig.kiro.usage(never)).limit).toBeGreaterThan(0);
    rig.emulator.credentials.expire((await rig.auth.login()).accessToken);
    expect((await rig.kiro.usage(never)).limit).toBeGreaterThan(0);
  });

  it('tells when a used-up allowance is renewed, and is asked for when it is not known yet', async () => {
    const { kiro, emulator } = await startRig();
    const refuse = async (): Promise<string> => {
      emulator.next({ status: 402, body: { message: 'Used up.' } });
      return kiro.ask(chatOf('hi'), never).then(String, String);
    };
    expect(await refuse()).not.toContain('renewed');
    while (!emulator.requests.some(({ operation, finishedAt }) => operation === 'GetUsageLimits' && finishedAt)) {
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    const usage = await kiro.usage(never);
    const day = new Date(usage.resetsAt ?? 0).toISOString().slice(0, 10);
    expect(await refuse()).toContain(`It is renewed on ${day}.`);
    const asked = emulator.requests.filter(({ operation }) => operation === 'GetUsageLimits');
    expect(asked).toHaveLength(2);
  });
});
