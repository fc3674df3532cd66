import { ChatError, type ErrorKind } from '../core/errors.ts';

/** What the program says to the shell when it ends. */
export const exitCodes = {
  fine: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  signIn: 4,
  interrupted: 130,
} as const;

/** The same in words, for help and README. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  fine: 'everything went well',
  failed: 'it failed',
  usage: 'the command line or a setting is wrong',
  refused: 'refused: no credits left, or too many requests',
  signIn: 'sign in first: kiro-gw login',
  interrupted: 'interrupted',
};

/** The person asked for something that makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Everything has been said already; only the exit code is left. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly code: number;

  /** Takes an outcome, or the code of a program that was run. */
  constructor(outcome: keyof typeof exitCodes | number) {
    super(typeof outcome === 'number' ? 'the program failed' : exitCodeMeanings[outcome]);
    this.code = typeof outcome === 'number' ? outcome : exitCodes[outcome];
  }
}

/** The exit code for whatever was thrown. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof Ended) return thrown.code;
  if (thrown instanceof UsageError) return exitCodes.usage;
  return thrown instanceof ChatError ? exitCodes[outcomes[thrown.kind]] : exitCodes.failed;
}

const outcomes: Readonly<Record<ErrorKind, keyof typeof exitCodes>> = {
  invalid: 'usage',
  overflow: 'failed',
  'unknown-model': 'usage',
  unsupported: 'usage',
  key: 'failed',
  login: 'signIn',
  forbidden: 'failed',
  suspended: 'refused',
  'not-found': 'failed',
  method: 'failed',
  'too-large': 'failed',
  quota: 'refused',
  rate: 'refused',
  overloaded: 'refused',
  upstream: 'failed',
  network: 'failed',
  timeout: 'failed',
  cancelled: 'interrupted',
  internal: 'failed',
};
