import type { AccountUsage } from '../core/backend.ts';

/** Plan and credits as `GET /v1/usage` tells them. */
export function writeUsage(usage: AccountUsage): object {
  return {
    ...(usage.plan === undefined ? {} : { plan: usage.plan }),
    ...(usage.email === undefined ? {} : { email: usage.email }),
    unit: usage.unit,
    used: usage.used,
    limit: usage.limit,
    left: Math.max(0, usage.limit - usage.used),
    parts: usage.parts.map(({ name, used, limit, expiresAt }) => ({
      name,
      used,
      limit,
      ...(expiresAt === undefined ? {} : { expires_at: writeTime(expiresAt) }),
    })),
    ...(usage.overage === undefined ? {} : { overage: usage.overage }),
    ...(usage.resetsAt === undefined ? {} : { resets_at: writeTime(usage.resetsAt) }),
  };
}

const writeTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
