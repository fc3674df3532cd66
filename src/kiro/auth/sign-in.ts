import { toChatError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { createAttempts } from './attempts.ts';
import { type Chosen, choose, type Judge, signInAgain } from './choose.ts';
import type { Exchange } from './exchange.ts';
import { renewStored } from './refresh/stored.ts';
import { type Group, listGroups, type Search } from './sources/detect.ts';
import { withSuccessor } from './sources/successor.ts';
import { type Credential, canRenew, isLive, needsRenewal } from './token.ts';

/** What choosing and renewing work with. */
export interface SignInOptions {
  readonly search: Search;
  readonly exchange: Exchange;
  /** Our own folder. */
  readonly folder: string;
  readonly log: Log;
  readonly onRenewal?: ((outcome: 'done' | 'failed') => void) | undefined;
}

/** The user's sign-in: chosen among all places, renewed when it is time. */
export interface SignIns {
  /** One with a living access token, other than the refused one. Throws `ChatError`. */
  obtain(refused?: string): Promise<Chosen>;
  groups(): Promise<readonly Group[]>;
  judge(): Judge;
}

/** Looks and renews when it is asked, and remembers what failed. */
export function createSignIns({ search, exchange, folder, log, onRenewal }: SignInOptions): SignIns {
  const attempts = createAttempts();
  const memory = new Map<string, Credential>();
  const forced: number[] = [];
  let last: Credential | undefined;

  const said = new Set<string>();
  const warnOnce = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    const key = message + JSON.stringify(fields);
    if (said.has(key)) return;
    said.add(key);
    log.warn(message, fields);
  };

  const groups = async (): Promise<readonly Group[]> => {
    const plain = await listGroups(search);
    return plain.map(group => ({
      ...group,
      sources: group.sources.map(source =>
        withSuccessor(source, {
          folder,
          memory,
          unwritable({ name, path }, stored) {
            const where = stored
              ? 'kept in the folder of kiro-gw'
              : 'kept in memory and lost at the end of the process';
            warnOnce(`The sign-in of ${name} cannot be written; what is renewed is ${where}.`, { path });
          },
        }),
      ),
    }));
  };
  const judge = (): Judge => ({
    now: exchange.now(),
    refusalOf: attempts.refusalOf,
    passedOver: ({ source, problem }) =>
      warnOnce(`Passed over ${source.name}: ${problem?.message}`, { path: source.path }),
  });

  const renew = async (chosen: Chosen, refused: string | undefined): Promise<Credential | undefined> => {
    const { source, credential } = chosen;
    const earlier = attempts.failureOf(credential);
    if (earlier !== undefined) throw earlier;
    try {
      return await renewStored({
        source,
        refused,
        exchange,
        folder,
        unlocked: reason =>
          warnOnce('No lock could be had; renewals are not guarded against other processes.', { reason }),
      });
    } catch (thrown) {
      const error = toChatError(thrown);
      onRenewal?.('failed');
      if (error.kind !== 'login') {
        attempts.failed(credential, error, isLive(credential, exchange.now()) ? 30_000 : 1000);
        throw error;
      }
      const { code, message } = error;
      const refusal =
        code === undefined
          ? signInAgain(source, `cannot be renewed: ${message}`)
          : signInAgain(source, `is no longer accepted (${code})`, { code });
      attempts.failed(credential, refusal, 60_000);
      throw refusal;
    }
  };

  const force = (chosen: Chosen): void => {
    const now = performance.now();
    while (forced[0] !== undefined && now - forced[0] > 60_000) forced.shift();
    if (forced.length >= 6) throw signInAgain(chosen.source, 'is refused by the service however often it is renewed');
    forced.push(now);
  };

  return {
    groups,
    judge,
    async obtain(refused) {
      for (;;) {
        const chosen = await choose(await groups(), judge());
        const credential = withKnownLife(chosen.credential, last);
        const isRefused = credential.accessToken === refused;
        const isDue = needsRenewal(credential, exchange.now()) && canRenew(credential);
        if (!isRefused && !isDue) return { ...chosen, credential };
        if (isRefused && !canRenew(credential)) throw signInAgain(chosen.source, 'is refused by the service');
        if (isRefused && isLive(credential, exchange.now())) force(chosen);
        try {
          const renewed = await renew(chosen, refused);
          if (renewed === undefined) continue;
          last = renewed;
          onRenewal?.('done');
          log.debug('The Kiro access token is new.', { source: chosen.source.name, expiresAt: renewed.expiresAt });
          return { ...chosen, credential: renewed };
        } catch (error) {
          const failure = toChatError(error);
          const live = isLive(credential, exchange.now()) && !isRefused;
          if (live) {
            warnOnce('The Kiro access token could not be renewed; the old one is used while it lives.', {
              reason: failure.message,
              expiresAt: credential.expiresAt,
            });
            return { ...chosen, credential };
          }
          // The next choice passes it over, or says what is wrong with it.
          if (attempts.refusalOf(credential) === undefined || isLive(credential, exchange.now())) throw error;
        }
      }
    },
  };
}

// A file does not say how long a token lives in all; whoever fetched it knows.
function withKnownLife(credential: Credential, last: Credential | undefined): Credential {
  if (credential.lifetime !== undefined || credential.accessToken !== last?.accessToken) return credential;
  return { ...credential, lifetime: last?.lifetime };
}
