import { ChatError } from '../core/errors.ts';
import { type Clock, cancelled } from './clock.ts';

/** The account's shared waiting after the service asked to slow down. */
export interface Cooldown {
  /**
   * Settles when a call may be sent. While the service is cooling, all wait together; then one goes first, and the
   * others follow when it was answered. Throws the refusal again when the wait would go beyond `until`.
   */
  enter(until: number, signal: AbortSignal): Promise<Pass>;
}

/** The permission for one call. Exactly one of its outcomes is to be told; further ones are ignored. */
export interface Pass {
  /** The service answered, or failed for another reason than its rate. */
  answered(): void;
  /** The service asked to slow down, for so many milliseconds. */
  refused(error: ChatError, wait: number): void;
}

/** `spread`: milliseconds over which those who waited follow the first one. */
export function createCooldown(clock: Clock, spread = 0): Cooldown {
  let coolUntil = 0;
  let refusal: ChatError | undefined;
  let probing = false;
  let waiting: (() => void)[] = [];

  const wakeAll = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const changed = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting = waiting.filter(wake => wake !== go);
        reject(cancelled());
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      if (signal.aborted) return leave();
      waiting.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });

  const pass = (isProbe: boolean): Pass => {
    let told = false;
    const tell = (act: () => void) => {
      if (told) return;
      told = true;
      act();
      if (isProbe) probing = false;
      wakeAll();
    };
    return {
      answered: () =>
        tell(() => {
          if (isProbe) refusal = undefined;
        }),
      refused: (error, wait) =>
        tell(() => {
          refusal = error;
          coolUntil = Math.max(coolUntil, clock.now() + wait);
        }),
    };
  };

  return {
    async enter(until, signal) {
      for (;;) {
        if (refusal === undefined) return pass(false);
        const wait = coolUntil - clock.now();
        if (clock.now() + Math.max(0, wait) > until) throw again(refusal, wait);
        if (wait > 0) await clock.sleep(wait, signal);
        else if (probing) {
          await changed(signal);
          if (spread > 0) await clock.sleep(clock.random() * spread, signal);
        } else {
          probing = true;
          return pass(true);
        }
      }
    },
  };
}

function again(refusal: ChatError, wait: number): ChatError {
  const { message, code, upstreamId } = refusal;
  return new ChatError('rate', message, {
    ...(code === undefined ? {} : { code }),
    ...(upstreamId === undefined ? {} : { upstreamId }),
    retryAfter: Math.max(1, Math.ceil(wait / 1000)),
  });
}
