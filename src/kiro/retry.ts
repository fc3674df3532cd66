import { type ChatError, toChatError } from '../core/errors.ts';
import type { Clock } from './clock.ts';
import type { Cooldown, Pass } from './cooldown.ts';
import { type Remedy, remedyOf } from './refusal.ts';

/** How often and how long a call is tried. Times are milliseconds. */
export interface RetryLimits {
  /** After rate refusals and failures that pass by themselves, each. */
  readonly maxRetries: number;
  readonly baseDelay: number;
  /** The cooling after a rate refusal that names no time. */
  readonly rateBackoff: number;
  /** After answers whose first token did not come in time. */
  readonly firstTokenRetries: number;
  /** All attempts and waits together, up to the first output. */
  readonly deadline: number;
}

/** What surrounds the attempts of one call. */
export interface Attempts {
  readonly limits: RetryLimits;
  readonly clock: Clock;
  readonly cooldown: Cooldown;
  readonly signal: AbortSignal;
  /** Mends what an attempt failed of; false when it cannot. Is asked once for each remedy. */
  readonly mend: (remedy: Remedy, error: ChatError) => Promise<boolean>;
  readonly onRetry: (error: ChatError, delay: number) => void;
}

/**
 * Runs a call until it succeeds or its failure is final. `run` is told the number of the attempt, from 1, and tells as
 * soon as the service has answered.
 */
export async function withRetries<T>(
  attempts: Attempts,
  run: (attempt: number, answered: () => void) => Promise<T>,
): Promise<T> {
  const { clock, cooldown, limits, signal } = attempts;
  const until = clock.now() + limits.deadline;
  const counts = new Map<string, number>();
  for (let attempt = 1; ; attempt += 1) {
    const pass = await cooldown.enter(Math.min(until, clock.now() + longestDelay), signal);
    let error: ChatError;
    let delay: number | undefined;
    try {
      return await run(attempt, pass.answered);
    } catch (thrown) {
      error = toChatError(thrown);
      delay = await next(error, counts, attempts, pass);
    } finally {
      pass.answered();
    }
    if (delay === undefined || clock.now() + delay > until) throw error;
    attempts.onRetry(error, delay);
    if (delay > 0) await clock.sleep(delay, signal);
  }
}

/** Milliseconds until the next attempt; undefined when there is none. */
async function next(
  error: ChatError,
  counts: Map<string, number>,
  attempts: Attempts,
  pass: Pass,
): Promise<number | undefined> {
  if (attempts.signal.aborted) return undefined;
  const { limits, clock } = attempts;
  const remedy = remedyOf(error);
  const own = ownRows.get(error.code ?? '');
  const row = own === undefined ? remedy : `${error.code}`;
  const count = counts.get(row) ?? 0;
  counts.set(row, count + 1);
  const delay = Math.floor(clock.random() * Math.min(longestDelay, limits.baseDelay * 2 ** count));
  switch (remedy) {
    case 'rate': {
      const asked = error.retryAfter === undefined ? undefined : error.retryAfter * 1000;
      pass.refused(error, asked ?? Math.min(longestDelay, limits.rateBackoff * 2 ** count));
      // The shared cooling is the wait. A long one is the client's to decide.
      return count < limits.maxRetries && (asked ?? 0) <= longestDelay ? 0 : undefined;
    }
    case 'capacity':
      return count < capacityRetries ? waitAsked(error, delay) : undefined;
    case 'transient': {
      if (count >= (own?.(limits) ?? limits.maxRetries)) return undefined;
      return own === undefined ? waitAsked(error, delay) : 0;
    }
    case 'endpoint':
    case 'none':
      return undefined;
    default:
      return count === 0 && (await attempts.mend(remedy, error)) ? 0 : undefined;
  }
}

function waitAsked({ retryAfter = 0 }: ChatError, delay: number): number | undefined {
  const asked = retryAfter * 1000;
  return asked > longestDelay ? undefined : Math.max(delay, asked);
}

const capacityRetries = 2;
const longestDelay = 60_000;
// Failures with a row of their own; they are tried again at once.
const ownRows: ReadonlyMap<string, (limits: RetryLimits) => number> = new Map([
  ['EMPTY_ANSWER', () => 2],
  ['CHOICE_IGNORED', () => 1],
  ['FIRST_TOKEN_TIMEOUT', (limits: RetryLimits) => limits.firstTokenRetries],
]);
