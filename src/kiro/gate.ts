import { ChatError } from '../core/errors.ts';
import { type Clock, cancelled } from './clock.ts';

export interface GateOptions {
  /** Generations at a time; no limit when 0 or missing. */
  readonly maxConcurrent?: number | undefined;
  /** Milliseconds between two starts. */
  readonly minInterval?: number | undefined;
  /** Generations that may wait. */
  readonly maxWaiting?: number | undefined;
}

/** Bounds whole generations, fairly between clients: waiting lanes take turns. */
export interface Gate {
  /** Settles with the function that gives the place back; to be called once the generation is over, at least once. */
  enter(lane: string, signal: AbortSignal): Promise<() => void>;
  /** Generations that run and that wait now. */
  load(): { readonly running: number; readonly waiting: number };
}

interface Waiter {
  readonly go: () => void;
}

export function createGate({ maxConcurrent, minInterval = 0, maxWaiting = 256 }: GateOptions, clock: Clock): Gate {
  const most = maxConcurrent || Number.POSITIVE_INFINITY;
  const lanes = new Map<string, Waiter[]>();
  let running = 0;
  let waiting = 0;
  let nextStart = 0;

  const leave = (): void => {
    running -= 1;
    const [lane, waiters] = lanes.entries().next().value ?? [];
    const first = waiters?.shift();
    if (lane === undefined || waiters === undefined || first === undefined) return;
    // To the end of the row: the next free place is another lane's.
    lanes.delete(lane);
    if (waiters.length > 0) lanes.set(lane, waiters);
    running += 1;
    first.go();
  };

  const wait = (lane: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const waiters = lanes.get(lane) ?? [];
      lanes.set(lane, waiters);
      waiting += 1;
      const end = (): void => {
        waiting -= 1;
        signal.removeEventListener('abort', cancel);
      };
      const waiter: Waiter = {
        go() {
          end();
          resolve();
        },
      };
      const cancel = (): void => {
        end();
        waiters.splice(waiters.indexOf(waiter), 1);
        if (waiters.length === 0) lanes.delete(lane);
        reject(cancelled());
      };
      waiters.push(waiter);
      signal.addEventListener('abort', cancel);
    });

  return {
    load: () => ({ running, waiting }),
    async enter(lane, signal) {
      if (signal.aborted) throw cancelled();
      if (running < most) running += 1;
      else if (waiting >= maxWaiting) throw full(waiting);
      else await wait(lane, signal);
      let left = false;
      const giveBack = (): void => {
        if (!left) leave();
        left = true;
      };
      const now = clock.now();
      const start = Math.max(now, nextStart);
      nextStart = start + minInterval;
      try {
        if (start > now) await clock.sleep(start - now, signal);
      } catch (thrown) {
        giveBack();
        throw thrown;
      }
      return giveBack;
    },
  };
}

function full(waiting: number): ChatError {
  const message = `Too many requests wait in the gateway already (${waiting}). Try again, or raise RATE_LIMIT_MAX_CONCURRENT.`;
  return new ChatError('rate', message, { code: 'QUEUE_FULL', retryAfter: 5 });
}
