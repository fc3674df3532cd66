import type { Read } from './values.ts';

/** One setting: its flag, environment variable, name in the configuration file (the key), help and reader. */
export interface Setting<T = unknown> {
  readonly group: Group;
  readonly env: string;
  readonly read: Read<T>;
  readonly help: string;
  /** As a person would write it; none when the setting is unset by default. */
  readonly fallback?: string;
  /** As commander declares it; none where only the environment and the configuration file make sense. */
  readonly flag?: string;
  /** Never shown. */
  readonly secret?: true;
}

/** The groups in the order in which help and README show them. */
export const groups = {
  server: 'Server',
  account: 'Kiro account',
  models: 'Models and translation',
  retries: 'Retries and limits',
  network: 'Network',
  log: 'Logs and debugging',
} as const;

export type Group = keyof typeof groups;

/** Writes one line of the table. */
export const define = <T, More extends Pick<Setting, 'fallback' | 'flag' | 'secret'>>(
  group: Group,
  env: string,
  read: Read<T>,
  help: string,
  more: More,
): Setting<T> & More => ({ group, env, read, help, ...more });
