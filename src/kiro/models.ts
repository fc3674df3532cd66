import { type ChatError, toChatError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from './clock.ts';
import { builtInModels } from './models/built-in.ts';
import { type Listing, readCache, writeCache } from './models/cache.ts';
import type { KnownModel } from './models/entry.ts';

export type { KnownModel } from './models/entry.ts';

/** A list of models, and where it comes from. */
export interface ModelList {
  readonly models: readonly KnownModel[];
  /** Milliseconds since 1970; missing for the built-in list. */
  readonly fetchedAt?: number;
  readonly source: 'live' | 'cache' | 'built-in';
  /** The account (its profile) that the list is for, where one was asked. */
  readonly account?: string;
  /** Why the service could not be asked, for as long as no list of its own is at hand. */
  readonly problem?: ChatError;
}

/** The models of the account. */
export interface Models {
  /** The newest list that is at hand; asks the service when there is none, and beside it when it is old. */
  list(): Promise<ModelList>;
  /** Asks the service now; throws `ChatError`. */
  refresh(): Promise<ModelList>;
}

/** How the list is fetched and kept. */
export interface ModelsOptions {
  readonly fetch: () => Promise<Pick<Listing, 'models' | 'account'>>;
  /** Where the last good list is kept. */
  readonly cachePath?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Neither reads nor asks before the list is wanted. */
export function createModels({ fetch, cachePath, clock, log }: ModelsOptions): Models {
  let current: ModelList | undefined;
  let running: Promise<ModelList> | undefined;
  let reading: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let problem: ChatError | undefined;

  const ask = async (): Promise<ModelList> => {
    const { models, account } = await fetch();
    const listing: Listing = { models, account, fetchedAt: clock.now() };
    current = { ...listing, source: 'live' };
    if (cachePath !== undefined) {
      await writeCache(cachePath, listing).catch(thrown => {
        log.warn('the list of models could not be kept', { error: toChatError(thrown).message });
      });
    }
    return current;
  };
  const refresh = (): Promise<ModelList> => {
    running ??= ask()
      .catch((thrown: unknown) => {
        failedAt = clock.now();
        problem = toChatError(thrown);
        throw thrown;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const readKept = async (): Promise<void> => {
    const kept = cachePath === undefined ? undefined : await readCache(cachePath);
    if (kept !== undefined) current ??= { ...kept, source: 'cache' };
  };
  const isOld = (): boolean => clock.now() - (current?.fetchedAt ?? 0) > hour;
  const mayAsk = (): boolean => clock.now() - failedAt > minute;

  return {
    refresh,
    async list() {
      reading ??= readKept();
      await reading;
      if (current === undefined || isOld()) {
        const asked = mayAsk() || running !== undefined ? refresh() : undefined;
        const quiet = asked?.catch((thrown: unknown) => {
          const { kind, message } = toChatError(thrown);
          // Without a sign-in the question that follows fails as well, and says so.
          if (kind !== 'login') log.warn('the models could not be listed', { error: message });
        });
        if (current === undefined) await quiet;
      }
      return current ?? { models: builtInModels, source: 'built-in', ...(problem === undefined ? {} : { problem }) };
    },
  };
}

const hour = 3_600_000;
const minute = 60_000;
