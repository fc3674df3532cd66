import { type Session, unreachable } from '../session.ts';

const before = ['kiro-gw chat --conversation plans hello', 'kiro-gw chat "how are you"'];

const usage = (used: number, overage: string) => ({
  status: 200,
  body: {
    nextDateReset: Date.UTC(2031, 4, 17, 12, 30) / 1000,
    subscriptionInfo: { subscriptionTitle: 'KIRO PRO' },
    overageConfiguration: { overageStatus: overage },
    usageBreakdownList: [
      {
        resourceType: 'CREDIT',
        displayNamePlural: 'Credits',
        currentUsageWithPrecision: used,
        usageLimitWithPrecision: 1000,
        currentOveragesWithPrecision: 3,
        overageRate: 0.04,
        overageCap: 100,
      },
    ],
  },
});

/** What was said, what can be asked, what is left: history, models, usage. */
export const records: readonly Session[] = [
  { name: 'history', line: 'kiro-gw history list', before },
  { name: 'history-none', isWrong: true, line: 'kiro-gw history list tea', before },
  { name: 'history-show', line: 'kiro-gw history show', before },
  { name: 'history-unknown', isWrong: true, line: 'kiro-gw history show 9', before },
  { name: 'history-export', line: 'kiro-gw history export plans', before },
  { name: 'history-unwritable', isWrong: true, line: 'kiro-gw history export --all -o no/all.md', before },
  { name: 'history-delete', line: 'kiro-gw history delete plans; kiro-gw history delete --all --yes', before },
  {
    name: 'history-delete-all',
    line: 'kiro-gw history delete --all',
    only: 'terminal',
    before,
    steps: [{ wait: /conversations\?/, type: 'y\r' }],
  },
  {
    name: 'history-delete-none',
    isWrong: true,
    line: 'kiro-gw history delete --all',
    only: 'terminal',
    before,
    steps: [{ wait: /conversations\?/, type: '\r' }],
  },
  { name: 'history-delete-nothing', isWrong: true, line: 'kiro-gw history delete', before },
  { name: 'models', line: 'kiro-gw models' },
  { name: 'models-filtered', line: 'kiro-gw models sonnet' },
  { name: 'models-kept', line: 'kiro-gw models haiku', before: ['kiro-gw models'] },
  { name: 'models-none', isWrong: true, line: 'kiro-gw models tea' },
  {
    name: 'models-nobody',
    isWrong: true,
    line: 'kiro-gw models haiku --account nobody',
    before: ['kiro-gw models'],
  },
  {
    name: 'models-no-network',
    isWrong: true,
    line: 'kiro-gw models --refresh',
    env: unreachable('http://127.0.0.1:1'),
  },
  { name: 'models-json', line: 'kiro-gw models --json haiku' },
  { name: 'usage', line: 'kiro-gw usage' },
  { name: 'usage-json', line: 'kiro-gw usage --json' },
  {
    name: 'usage-little-left',
    line: 'kiro-gw usage',
    service: emulator => emulator.nextFor('GetUsageLimits', usage(994.5, 'DISABLED')),
  },
  {
    name: 'usage-overage',
    line: 'kiro-gw usage',
    service: emulator => emulator.nextFor('GetUsageLimits', usage(1003, 'ENABLED')),
  },
  { name: 'usage-bad-host', isWrong: true, line: 'kiro-gw usage', env: unreachable('https://kiro.invalid') },
  {
    name: 'usage-refused',
    isWrong: true,
    line: 'kiro-gw usage',
    service: emulator => emulator.nextFor('GetUsageLimits', { status: 403, body: { message: 'Not for you.' } }),
  },
];
