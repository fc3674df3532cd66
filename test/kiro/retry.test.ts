import { describe, expect, it } from 'vitest';
import { ChatError, type ErrorDetails, type ErrorKind } from '../../src/core/errors.ts';
import { createCooldown } from '../../src/kiro/cooldown.ts';
import type { Remedy } from '../../src/kiro/refusal.ts';
import { type RetryLimits, withRetries } from '../../src/kiro/retry.ts';
import { type ManualClock, manualClock, settle } from './support/clock.ts';

const limits: RetryLimits = {
  maxRetries: 3,
  baseDelay: 1000,
  rateBackoff: 5000,
  firstTokenRetries: 1,
  deadline: 600_000,
};

interface Course {
  readonly attempts: readonly number[];
  readonly delays: readonly number[];
  readonly outcome: unknown;
}

interface Run {
  readonly failures: readonly ChatError[];
  readonly clock?: ManualClock;
  readonly limits?: Partial<RetryLimits>;
  readonly mend?: (remedy: Remedy) => Promise<boolean>;
  readonly for?: number;
}

/** Runs a call that fails so often, and lets time pass; the attempts are the times at which they began. */
async function run(course: Run): Promise<Course> {
  const clock = course.clock ?? manualClock();
  const begin = clock.now();
  const attempts: number[] = [];
  const delays: number[] = [];
  let outcome: unknown = 'still running';
  const { signal } = new AbortController();
  withRetries(
    {
      limits: { ...limits, ...course.limits },
      clock,
      cooldown: createCooldown(clock),
      signal,
      mend: course.mend ?? (async () => false),
      onRetry: (_, delay) => delays.push(delay),
    },
    async number => {
      attempts.push(clock.now() - begin);
      const failure = course.failures[number - 1];
      if (failure !== undefined) throw failure;
      return 'answered';
    },
  ).then(
    value => {
      outcome = value;
    },
    thrown => {
      outcome = thrown;
    },
  );
  await clock.advance(course.for ?? 3_600_000);
  return { attempts, delays, outcome };
}

const error = (kind: ErrorKind, code?: string, more: ErrorDetails = {}): ChatError =>
  new ChatError(kind, kind, { ...(code === undefined ? {} : { code }), ...more });
const times = (count: number, failure: ChatError): readonly ChatError[] => Array(count).fill(failure);

describe('trying again', () => {
  it('backs off exponentially with full jitter after failures that pass', async () => {
    const { attempts, delays, outcome } = await run({ failures: times(3, error('upstream')) });
    expect(delays).toEqual([500, 1000, 2000]);
    expect(attempts).toEqual([0, 500, 1500, 3500]);
    expect(outcome).toBe('answered');
    const early = await run({ failures: times(3, error('network')), clock: manualClock(0) });
    expect(early.delays).toEqual([0, 0, 0]);
  });

  it.each(['upstream', 'network', 'timeout'] as const)('gives %s up after MAX_RETRIES', async kind => {
    const failure = error(kind);
    const { attempts, outcome } = await run({ failures: times(9, failure), limits: { maxRetries: 2 } });
    expect(attempts).toHaveLength(3);
    expect(outcome).toBe(failure);
  });

  it.each([
    'quota',
    'suspended',
    'forbidden',
    'invalid',
    'overflow',
    'unknown-model',
    'login',
    'internal',
    'too-large',
  ] as const)('never repeats %s', async kind => {
    expect((await run({ failures: times(9, error(kind)) })).attempts).toHaveLength(1);
  });

  it('repeats a lack of capacity twice, whatever MAX_RETRIES says', async () => {
    for (const maxRetries of [0, 9]) {
      const { attempts } = await run({ failures: times(9, error('overloaded')), limits: { maxRetries } });
      expect(attempts).toHaveLength(3);
    }
  });

  it('asks again at once after empty answers, twice, and after late first tokens as often as it is set', async () => {
    expect(await run({ failures: times(9, error('upstream', 'EMPTY_ANSWER')) })).toMatchObject({ delays: [0, 0] });
    const late = error('timeout', 'FIRST_TOKEN_TIMEOUT');
    expect((await run({ failures: times(9, late), limits: { firstTokenRetries: 4 } })).attempts).toHaveLength(5);
  });

  it.each([
    ['login', 'TOKEN_REFUSED', 'renew'],
    ['login', 'PROFILE_REFUSED', 'renew'],
    ['invalid', 'THINKING_SIGNATURE_INVALID', 'without-reasoning'],
    ['invalid', 'MODEL_FIELDS_REFUSED', 'without-fields'],
  ] as const)('mends %s %s once', async (kind, code, remedy) => {
    const asked: Remedy[] = [];
    const mend = async (wanted: Remedy): Promise<boolean> => asked.push(wanted) > 0;
    const failure = error(kind, code);
    expect(await run({ failures: [failure], mend })).toMatchObject({ attempts: [0, 0], outcome: 'answered' });
    expect(asked).toEqual([remedy]);
    expect(await run({ failures: times(9, failure), mend })).toMatchObject({ attempts: [0, 0], outcome: failure });
  });

  it('counts every kind of failure by itself', async () => {
    const failures = [
      error('login', 'TOKEN_REFUSED'),
      error('upstream'),
      error('overloaded'),
      error('invalid', 'THINKING_SIGNATURE_INVALID'),
      error('upstream', 'EMPTY_ANSWER'),
      error('overloaded'),
      error('upstream'),
    ];
    expect((await run({ failures, mend: async () => true })).outcome).toBe('answered');
  });

  it('honours what the service asks for after a rate refusal', async () => {
    const { attempts } = await run({ failures: [error('rate', undefined, { retryAfter: 7 })] });
    expect(attempts).toEqual([0, 7000]);
  });

  it('waits ever longer after rate refusals that name no time', async () => {
    const { attempts, outcome } = await run({ failures: times(9, error('rate')) });
    expect(attempts).toEqual([0, 5000, 15_000, 35_000]);
    expect(outcome).toMatchObject({ kind: 'rate' });
  });

  it('leaves long waits to the client', async () => {
    const failure = error('rate', undefined, { retryAfter: 3600 });
    expect(await run({ failures: [failure] })).toMatchObject({ attempts: [0], outcome: failure });
  });

  it('gives up rather than wait beyond the deadline', async () => {
    const failure = error('upstream');
    const { attempts, outcome } = await run({ failures: times(9, failure), limits: { deadline: 1200 } });
    expect(attempts).toEqual([0, 500]);
    expect(outcome).toBe(failure);
  });

  it('ends every wait at once when the client leaves', async () => {
    for (const kind of ['upstream', 'rate', 'overloaded'] as const) {
      const clock = manualClock();
      const client = new AbortController();
      const waiting = withRetries(
        {
          limits,
          clock,
          cooldown: createCooldown(clock),
          signal: client.signal,
          mend: async () => false,
          onRetry: () => {},
        },
        async () => {
          throw error(kind);
        },
      );
      await settle();
      expect(clock.sleeping).toHaveLength(1);
      client.abort();
      await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
      expect(clock.sleeping).toEqual([]);
    }
  });
});
