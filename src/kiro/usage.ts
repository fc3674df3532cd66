import type { AccountUsage, UsagePart } from '../core/backend.ts';
import type { JsonObject } from '../core/chat.ts';
import { isObject } from './json.ts';
import { optional } from './optional.ts';

/** Plan and credits out of a `GetUsageLimits` answer. */
export function readUsage(body: JsonObject): AccountUsage {
  const breakdowns = list(body['usageBreakdownList']);
  const main = breakdowns.find(entry => entry['resourceType'] === 'CREDIT') ?? breakdowns[0] ?? {};
  const subscription = object(body['subscriptionInfo']);
  const parts = readParts(main);
  const resetsAt = seconds(body['nextDateReset']) ?? seconds(main['nextDateReset']);
  const overage = readOverage(main, object(body['overageConfiguration']));
  return {
    ...optional('plan', text(subscription['subscriptionTitle']) ?? text(subscription['type'])),
    ...optional('email', text(object(body['userInfo'])['email'])),
    unit: text(main['displayNamePlural'])?.toLowerCase() ?? 'credits',
    used: sum(parts, 'used'),
    limit: sum(parts, 'limit'),
    parts,
    ...optional('overage', overage),
    ...optional('resetsAt', resetsAt),
  };
}

// Only an active trial and active bonuses count beside the plan.
function readParts(main: JsonObject): readonly UsagePart[] {
  const trial = object(main['freeTrialInfo']);
  const bonuses = list(main['bonuses']).filter(bonus => text(bonus['status'])?.toUpperCase() === 'ACTIVE');
  const isTrial = text(trial['freeTrialStatus'])?.toUpperCase() === 'ACTIVE';
  return [
    readPart('plan', main),
    ...(isTrial ? [readPart('trial', trial, trial['freeTrialExpiry'])] : []),
    ...bonuses.map(bonus => readPart(text(bonus['displayName']) ?? 'bonus', bonus, bonus['expiresAt'])),
  ];
}

function readPart(name: string, entry: JsonObject, expiry?: unknown): UsagePart {
  return {
    name,
    used: number(entry['currentUsageWithPrecision']) ?? number(entry['currentUsage']) ?? 0,
    limit: number(entry['usageLimitWithPrecision']) ?? number(entry['usageLimit']) ?? 0,
    ...optional('expiresAt', seconds(expiry)),
  };
}

function readOverage(main: JsonObject, configuration: JsonObject): AccountUsage['overage'] {
  const status = text(configuration['overageStatus']);
  const used = number(main['currentOveragesWithPrecision']) ?? number(main['currentOverages']);
  if (status === undefined && used === undefined) return undefined;
  return {
    enabled: status?.toUpperCase() === 'ENABLED',
    used: used ?? 0,
    ...optional('rate', number(main['overageRate'])),
    ...optional('cap', number(main['overageCapWithPrecision']) ?? number(main['overageCap'])),
  };
}

function sum(parts: readonly UsagePart[], member: 'used' | 'limit'): number {
  // Credits come with few decimals; sums of floats should not show more.
  return Math.round(parts.reduce((total, part) => total + part[member], 0) * 1e6) / 1e6;
}

/** Seconds since 1970 as milliseconds; a larger number is milliseconds already. */
function seconds(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : number(value);
  if (time === undefined || !Number.isFinite(time) || time <= 0) return undefined;
  return time < 1e11 ? Math.round(time * 1000) : Math.round(time);
}

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
const list = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
