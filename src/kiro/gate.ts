import { ChatError } from '../core/errors.ts';
import { type Clock, cancelled } from './clock.ts';
import { type Asker, createTurns } from './turns.ts';

/** How much may run, start and wait. */
export interface GateOptions {
  /** Generations at a time; no limit when 0 or missing. */
  readonly maxConcurrent?: number | undefined;
  /** Milliseconds between two starts. */
  readonly minInterval?: number | undefined;
  /** Generations that may wait. */
  readonly maxWaiting?: number | undefined;
}

/** Bounds whole generations, fairly: clients that wait take turns, and so do the conversations of each. */
export interface Gate {
  /** Settles with the function that gives the place back; to be called once the generation is over, at least once. */
  enter(asker: Asker, signal: AbortSignal): Promise<() => void>;
  /** Generations that run and that wait now. */
  load(): { readonly running: number; readonly waiting: number };
}

interface Waiter {
  readonly go: () => void;
  readonly refuse: (error: ChatError) => void;
}

/** Open, with nobody in it. */
export function createGate({ maxConcurrent, minInterval = 0, maxWaiting = 256 }: GateOptions, clock: Clock): Gate {
  const most = maxConcurrent || Number.POSITIVE_INFINITY;
  const turns = createTurns<Waiter>();
  let running = 0;
  let nextStart = 0;

  const leave = (): void => {
    running -= 1;
    const next = turns.take();
    if (next === undefined) return;
    running += 1;
    next.go();
  };

  /** What gives a place back. It lives as long as the generation, and holds nothing of who asked. */
  const createPlace = (): (() => void) => {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  };

  const wait = (asker: Asker, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (): void => signal.removeEventListener('abort', cancel);
      const waiter: Waiter = {
        go() {
          end();
          resolve();
        },
        refuse(error) {
          end();
          reject(error);
        },
      };
      const cancel = (): void => {
        turns.remove(asker, waiter);
        waiter.refuse(cancelled());
      };
      turns.add(asker, waiter);
      signal.addEventListener('abort', cancel);
    });

  /** A place in the queue; a full one has room for a client that takes less of it than another does. */
  const queue = (asker: Asker, signal: AbortSignal): Promise<void> => {
    if (turns.size >= maxWaiting) {
      const displaced = turns.displace(asker);
      if (displaced === undefined) throw full(turns.size);
      displaced.refuse(full(maxWaiting));
    }
    return wait(asker, signal);
  };

  return {
    load: () => ({ running, waiting: turns.size }),
    async enter(asker, signal) {
      if (signal.aborted) throw cancelled();
      if (running < most) running += 1;
      else await queue(asker, signal);
      const giveBack = createPlace();
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
