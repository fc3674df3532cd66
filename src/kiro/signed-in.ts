import type { Auth, Login } from './auth/auth.ts';
import type { Clock } from './clock.ts';
import type { Cooldown } from './cooldown.ts';
import type { Remedy } from './refusal.ts';
import { type RetryLimits, withRetries } from './retry.ts';

/** Runs a call of the control plane with the user's sign-in. */
export type SignedIn = <T>(run: (login: Login) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The sign-in is renewed once where it is refused. */
export function createSignedIn(parts: {
  readonly auth: Auth;
  readonly clock: Clock;
  readonly limits: RetryLimits;
  readonly cooldown: Cooldown;
}): SignedIn {
  const never = new AbortController().signal;
  return async <T>(run: (login: Login) => Promise<T>, signal: AbortSignal = never): Promise<T> => {
    let login = await parts.auth.login(signal);
    const mend = async (remedy: Remedy): Promise<boolean> => {
      if (remedy !== 'renew') return false;
      login = await parts.auth.renew(login, signal);
      return true;
    };
    return withRetries({ ...parts, signal, mend, onRetry: () => {} }, () => run(login));
  };
}
