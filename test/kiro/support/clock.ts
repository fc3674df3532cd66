import { type Clock, cancelled } from '../../../src/kiro/clock.ts';

export interface ManualClock extends Clock {
  /** Lets so much time pass, waking sleepers in their order. */
  advance(milliseconds: number): Promise<void>;
  /** Those who sleep now, by when they wake. */
  readonly sleeping: readonly number[];
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to go on. */
export function manualClock(random = 0.5): ManualClock {
  let now = 1_000_000;
  let sleepers: Sleeper[] = [];
  return {
    now: () => now,
    random: () => random,
    get sleeping() {
      return sleepers.map(({ at }) => at - now).sort((one, other) => one - other);
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(cancelled());
          return;
        }
        const sleeper = {
          at: now + milliseconds,
          wake() {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = (): void => {
          sleepers = sleepers.filter(other => other !== sleeper);
          reject(cancelled());
        };
        signal?.addEventListener('abort', leave, { once: true });
        sleepers.push(sleeper);
      }),
    after(milliseconds, run) {
      const sleeper = { at: now + milliseconds, wake: run };
      sleepers.push(sleeper);
      return () => {
        sleepers = sleepers.filter(other => other !== sleeper);
      };
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        const [next] = sleepers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        sleepers = sleepers.filter(sleeper => sleeper !== next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = end;
      await settle();
    },
  };
}

/** Lets everything run that waits for no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve));
}
