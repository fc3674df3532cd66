import { ChatError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from './clock.ts';

/** Milliseconds. */
export interface Patience {
  /** From the question to the first token. */
  readonly firstToken: number;
  /** Of silence within an answer, until it is given up. */
  readonly silence: number;
  /** Of silence, until it is said in the log. */
  readonly warn: number;
}

/** Watches over the times of one attempt. */
export interface Watch {
  /** Aborted when the client leaves or a time is over. */
  readonly signal: AbortSignal;
  /** Something came from the service. */
  touch(): void;
  /** The first token came. */
  started(): void;
  stop(): void;
  /** The failure in the light of what the watch did. */
  explain(thrown: unknown): unknown;
}

/** Begins to watch at once; `outer` is aborted when the client leaves. */
export function createWatch(patience: Patience, clock: Clock, outer: AbortSignal, log: Log): Watch {
  const attempt = new AbortController();
  const begin = clock.now();
  let last = begin;
  let isStarted = false;
  let warned = 0;
  let expired: ChatError | undefined;
  let callOff = (): void => {};

  const leave = (): void => attempt.abort();
  const stop = (): void => {
    outer.removeEventListener('abort', leave);
    callOff();
  };
  const expire = (error: ChatError): void => {
    expired = error;
    stop();
    attempt.abort();
  };
  /** Milliseconds until there is something to do; 0 when it is done. */
  const check = (): number => {
    const now = clock.now();
    const silence = now - last;
    if (!isStarted && now - begin >= patience.firstToken) expire(late(patience.firstToken));
    else if (silence >= patience.silence) expire(silent(patience.silence));
    else {
      if (silence >= patience.warn && warned !== last) {
        log.warn('the service is silent', { seconds: Math.round(silence / 1000) });
        warned = last;
      }
      const untilWarning = warned === last ? Number.POSITIVE_INFINITY : last + patience.warn - now;
      const untilToken = isStarted ? Number.POSITIVE_INFINITY : begin + patience.firstToken - now;
      return Math.max(1, Math.min(untilWarning, untilToken, last + patience.silence - now));
    }
    return 0;
  };
  const run = (): void => {
    const wait = check();
    if (wait > 0) callOff = clock.after(wait, run);
  };

  if (outer.aborted) attempt.abort();
  outer.addEventListener('abort', leave);
  run();
  return {
    signal: attempt.signal,
    touch() {
      last = clock.now();
    },
    started() {
      isStarted = true;
    },
    stop,
    explain: thrown => expired ?? thrown,
  };
}

const late = (limit: number): ChatError =>
  new ChatError(
    'timeout',
    `The model wrote nothing for ${seconds(limit)}. Try again, or raise FIRST_TOKEN_TIMEOUT for slow models.`,
    { code: 'FIRST_TOKEN_TIMEOUT' },
  );
const silent = (limit: number): ChatError =>
  new ChatError(
    'timeout',
    `The model stopped in mid-answer for ${seconds(limit)}. Try again, or raise STREAMING_READ_TIMEOUT.`,
    { code: 'STREAM_SILENT' },
  );
const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
