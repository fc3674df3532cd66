import type { ChatError } from '../../core/errors.ts';
import { hashName } from './sources/lock.ts';
import type { Credential } from './token.ts';

/** Remembers renewals that failed, so that a service in trouble is not asked on every request. */
export interface Attempts {
  /** The error of a renewal that failed a moment ago. */
  failureOf(credential: Credential): ChatError | undefined;
  /** The error of a refresh token that the service no longer takes. */
  refusalOf(credential: Credential): ChatError | undefined;
  /** Remembers a failure for so many milliseconds. */
  failed(credential: Credential, error: ChatError, milliseconds: number): void;
}

/** A memory that holds nothing yet. */
export function createAttempts(): Attempts {
  const failures = new Map<string, { readonly error: ChatError; readonly until: number }>();
  const failureOf = (credential: Credential): ChatError | undefined => {
    const failure = failures.get(lineOf(credential));
    return failure !== undefined && performance.now() < failure.until ? failure.error : undefined;
  };
  return {
    failureOf,
    refusalOf(credential) {
      const error = failureOf(credential);
      return error?.kind === 'login' ? error : undefined;
    },
    failed(credential, error, milliseconds) {
      if (failures.size > 100) failures.clear();
      failures.set(lineOf(credential), { error, until: performance.now() + milliseconds });
    },
  };
}

/** A name for what one refresh token can do. */
export function lineOf({ refreshToken, accessToken }: Credential): string {
  return hashName(refreshToken ?? accessToken ?? '');
}
