import { type ChatError, toChatError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Transport } from '../transport.ts';
import { createApiLogins, type ListProfiles, type Login } from './api-login.ts';
import { type AccountInfo, describeSignIns } from './describe.ts';
import { noProfileCode } from './profile.ts';
import { createSignIns } from './sign-in.ts';
import { createAccounts } from './sources/accounts.ts';
import { type Choice, listWatched } from './sources/detect.ts';
import type { Keychain } from './sources/keychain.ts';
import { stampFiles } from './sources/stamp.ts';
import { type Credential, canRenew, isLive, needsRenewal } from './token.ts';
import { waitFor } from './wait.ts';

export type { ListProfiles, Login } from './api-login.ts';
export type { AccountInfo, FoundAccount } from './describe.ts';
export type { ListedProfile } from './profile.ts';

/** The user's sign-in: found, renewed in time, and found again when it changes. */
export interface Auth {
  /** A login that can be used now. Throws `ChatError`, of kind `login` when the user has to do something. */
  login(signal?: AbortSignal): Promise<Login>;
  /** Another login than the one that the service refused; all that were refused with it share one renewal. */
  renew(refused: Login, signal?: AbortSignal): Promise<Login>;
  /** What was found where, and what of it is used; asks nobody. */
  describe(): Promise<AccountInfo>;
  /** Settles when a renewal that is under way is stored: losing it would sign the user out. */
  close(): Promise<void>;
}

/** All that is of the world outside, and what the user chose. */
export interface AuthOptions extends Choice {
  /** Environment variables; where there is a configuration file, over its settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** As `process.platform` says it. */
  readonly platform: string;
  /** Our own folder. */
  readonly configDir: string;
  readonly transport: Transport;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly listProfiles: ListProfiles;
  readonly profileArn?: string | undefined;
  readonly region?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly authUrl?: string | undefined;
  readonly oidcUrl?: string | undefined;
  /** Hosts of external identity providers that may be spoken to, each with all below it. */
  readonly idpHosts?: readonly string[] | undefined;
  readonly keychain?: Keychain | undefined;
  /** Told of every renewal. */
  readonly onRenewal?: ((outcome: 'done' | 'failed') => void) | undefined;
}

interface Held {
  readonly credential: Credential;
  readonly login: Login;
}

/** Finds the user's sign-in and keeps it usable. Reads nothing before it is asked. */
export function createAuth(options: AuthOptions): Auth {
  const { env, home, platform, configDir: folder, now, log, keychain } = options;
  const accounts = createAccounts({ folder, keychain });
  const search = { machine: { env, home, platform }, accounts, explicit: options };
  const exchange = {
    ...options,
    authUrl: options.authUrl || env['KIRO_AUTH_URL'] || undefined,
    oidcUrl: options.oidcUrl || env['KIRO_OIDC_URL'] || undefined,
  };
  const signIns = createSignIns({ search, exchange, folder, log, onRenewal: options.onRenewal });
  const apiLogins = createApiLogins(options);
  const watched = listWatched(search);

  let held: Held | undefined;
  let used: string | undefined;
  let failure: ChatError | undefined;
  let looked = { at: Number.NEGATIVE_INFINITY, stamp: '' };
  let flight: { readonly refused: string | undefined; readonly login: Promise<Login> } | undefined;

  const obtain = async (refused: string | undefined): Promise<Held> => {
    apiLogins.check();
    const chosen = await signIns.obtain(refused);
    const { source, credential, why } = chosen;
    if (used !== undefined && used !== source.id) log.info(`Now using the Kiro sign-in of ${source.name}: ${why}.`);
    used = source.id;
    try {
      return { credential, login: await apiLogins.of(chosen) };
    } catch (error) {
      // The service may not know the token any more that the place says lives.
      const { kind, code } = toChatError(error);
      const isRefused = refused === undefined && kind === 'login' && code !== noProfileCode && canRenew(credential);
      if (!isRefused) throw error;
      const other = await signIns.obtain(credential.accessToken);
      return { credential: other.credential, login: await apiLogins.of(other) };
    }
  };
  const look = async (refused: string | undefined): Promise<Login> => {
    const stamp = await stampFiles(watched);
    const isSame = stamp === looked.stamp && refused === undefined;
    const isRecent = performance.now() - looked.at < patience;
    if (isSame && isRecent && failure !== undefined) throw failure;
    looked = { at: performance.now(), stamp };
    if (isSame && held !== undefined && isFresh(held, now())) return held.login;
    try {
      held = await obtain(refused);
      failure = undefined;
      return held.login;
    } catch (error) {
      held = undefined;
      failure = toChatError(error);
      throw failure;
    }
  };
  const fly = (refused: string | undefined): Promise<Login> => {
    const login = look(refused).finally(() => {
      flight = undefined;
    });
    flight = { refused, login };
    return login;
  };

  return {
    async login(signal) {
      const isRecent = performance.now() - looked.at < patience;
      if (held !== undefined && isRecent && isFresh(held, now())) return held.login;
      return waitFor(flight?.login ?? fly(undefined), signal);
    },
    async renew({ accessToken }, signal) {
      while (flight !== undefined && flight.refused !== accessToken) {
        await waitFor(
          flight.login.catch(() => undefined),
          signal,
        );
      }
      if (flight !== undefined) return waitFor(flight.login, signal);
      if (held !== undefined && held.login.accessToken !== accessToken && isFresh(held, now())) return held.login;
      apiLogins.forget();
      return waitFor(fly(accessToken), signal);
    },
    describe: () => describeSignIns(signIns, apiLogins, now()),
    async close() {
      await flight?.login.catch(() => undefined);
    },
  };
}

function isFresh({ credential }: Held, now: number): boolean {
  return isLive(credential, now) && !(needsRenewal(credential, now) && canRenew(credential));
}

// Milliseconds between two looks at the files, and between two attempts after a failure.
const patience = 500;
