import { ChatError, toChatError } from '../../../core/errors.ts';
import { pause } from '../wait.ts';
import type { FlowOptions } from './flow.ts';

/** What one question about a device sign-in brought. */
export type Polled<T> = 'pending' | 'slower' | 'expired' | 'denied' | { readonly done: T };

/** How long a device sign-in is asked about, and how often. */
export interface PollOptions {
  readonly flow: FlowOptions;
  /** Milliseconds between two questions. */
  readonly interval: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Asks until the user has said yes or no in the browser, or the code has expired. */
export async function pollSignIn<T>(options: PollOptions, ask: () => Promise<Polled<T>>): Promise<T> {
  const { flow, expiresAt } = options;
  const { wait = pause, signal, now } = flow;
  let interval = Math.max(options.interval, shortestInterval);
  for (;;) {
    await wait(interval, signal);
    const polled = await ask().catch(toPolled);
    if (typeof polled === 'object') return polled.done;
    if (polled === 'denied') throw new ChatError('login', 'The sign-in was denied in the browser.');
    if (polled === 'expired' || now() > expiresAt) {
      throw new ChatError('login', 'The code has expired before anybody used it. Run kiro-gw login again.');
    }
    if (polled === 'slower') interval += slowDown;
  }
}

// A moment without network does not end a sign-in that a person is in the middle of.
function toPolled(thrown: unknown): 'pending' | 'slower' {
  const error = toChatError(thrown);
  if (error.kind === 'rate') return 'slower';
  if (error.kind === 'network' || error.kind === 'timeout' || error.kind === 'upstream') return 'pending';
  throw error;
}

const shortestInterval = 200;
const slowDown = 5000;
