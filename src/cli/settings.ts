import { account } from './settings/account.ts';
import { log } from './settings/log.ts';
import { models } from './settings/models.ts';
import { network } from './settings/network.ts';
import { retries } from './settings/retries.ts';
import { server } from './settings/server.ts';
import type { Read } from './values.ts';

/** Every setting there is. Times are read in seconds and held in milliseconds. */
export const table = { ...server, ...account, ...models, ...retries, ...network, ...log };

export type Name = keyof typeof table;
export const names = Object.keys(table) as readonly Name[];

type ValueOf<S> = S extends { read: Read<infer T>; fallback: string }
  ? T
  : S extends { read: Read<infer T> }
    ? T | undefined
    : never;

/** The values in force. */
export type Settings = { readonly [N in Name]: ValueOf<(typeof table)[N]> };

/** A setting's name in the configuration file: `maxRetries` is `max-retries` there. */
export const keyOf = (name: Name): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
