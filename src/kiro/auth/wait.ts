import { ChatError } from '../../core/errors.ts';
import { systemClock } from '../clock.ts';

/** The outcome of shared work for one who waits: his leaving ends his waiting and not the work. */
export function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(new ChatError('cancelled', 'Cancelled.'));
    const stay = (): void => signal.removeEventListener('abort', leave);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(
      outcome => {
        stay();
        resolve(outcome);
      },
      (thrown: unknown) => {
        stay();
        reject(thrown);
      },
    );
  });
}

/** Waits so many milliseconds; an abort ends it with a `ChatError` of kind `cancelled`. */
export const pause = systemClock.sleep;
