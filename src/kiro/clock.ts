import { ChatError } from '../core/errors.ts';

/** Time and chance, handed in so that tests can hold them. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Rejects with a `ChatError` of kind `cancelled` as soon as the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs something later, unless it is called off with what this returns. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The real ones. */
export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  sleep(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        signal?.removeEventListener('abort', cancel);
        clearTimeout(timer);
      };
      const cancel = (): void => {
        end();
        reject(cancelled());
      };
      const timer = setTimeout(() => {
        end();
        resolve();
      }, milliseconds);
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel);
    });
  },
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The error of everything that the client's leaving ends. */
export function cancelled(): ChatError {
  return new ChatError('cancelled', 'The request was cancelled.');
}
