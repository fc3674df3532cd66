/** A profile as `ListAvailableProfiles` gives it. */
export interface ListedProfile {
  readonly arn: string;
  readonly profileName: string;
  readonly status: string;
}

/** The one profile that an emulator lists unless told otherwise. */
export const defaultProfiles: readonly ListedProfile[] = [
  {
    arn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/EMULATOR0001',
    profileName: 'Emulator',
    status: 'ACTIVE',
  },
];

/** What `GetUsageLimits` gives: a plan, a running trial, a bonus and one that has ended. `spent` is in credits, `seconds` the time. */
export function writeUsage(spent: number, seconds: number): object {
  const usage = (used: number, limit: number): object => ({
    currentUsage: Math.floor(used),
    currentUsageWithPrecision: used,
    usageLimit: limit,
    usageLimitWithPrecision: limit,
  });
  const day = 86_400;
  return {
    daysUntilReset: 12,
    nextDateReset: seconds + 12 * day + 0.5,
    overageConfiguration: { overageStatus: 'DISABLED' },
    subscriptionInfo: { subscriptionTitle: 'KIRO PRO', type: 'Q_DEVELOPER_STANDALONE_PRO' },
    usageBreakdownList: [
      {
        resourceType: 'CREDIT',
        displayName: 'Credit',
        displayNamePlural: 'Credits',
        ...usage(137.25 + spent, 1000),
        currentOverages: 0,
        currentOveragesWithPrecision: 0,
        overageRate: 0.04,
        overageCap: 10_000,
        freeTrialInfo: { freeTrialStatus: 'ACTIVE', freeTrialExpiry: seconds + 20 * day, ...usage(50, 500) },
        bonuses: [
          {
            bonusCode: 'WELCOME',
            displayName: 'Welcome',
            status: 'ACTIVE',
            expiresAt: seconds + 5 * day,
            ...usage(10, 100),
          },
          {
            bonusCode: 'LAUNCH',
            displayName: 'Launch',
            status: 'EXPIRED',
            expiresAt: seconds - day,
            ...usage(20, 200),
          },
        ],
      },
    ],
    userInfo: { email: 'you@example.com', userId: 'emulated-user' },
  };
}
