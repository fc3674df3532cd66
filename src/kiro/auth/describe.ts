import { ChatError, toChatError } from '../../core/errors.ts';
import type { ApiLogins } from './api-login.ts';
import { choose, type Found, readGroup } from './choose.ts';
import type { SignIns } from './sign-in.ts';
import type { Place } from './sources/source.ts';
import { canRenew, isLive, type Kind } from './token.ts';

/** What is known of the user's sign-ins; nothing of it is secret. */
export interface AccountInfo {
  /** The one in use. */
  readonly used?: FoundAccount;
  /** Why it is that one. */
  readonly why?: string;
  /** Why there is none. */
  readonly problem?: string;
  /** All that was found, those that count first coming first; also what could not be read. */
  readonly found: readonly FoundAccount[];
}

/** One place with a sign-in, or with something that should be one. */
export interface FoundAccount {
  /** The same in every process; not secret. */
  readonly id: string;
  readonly place: Place;
  /** For people: "Kiro IDE". */
  readonly name: string;
  readonly path?: string;
  /** The name in our own store. */
  readonly account?: string;
  readonly isUsed: boolean;
  readonly kind?: Kind;
  readonly provider?: string;
  readonly email?: string;
  readonly startUrl?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly isLive: boolean;
  readonly isRenewable: boolean;
  /** Whether a renewal can be stored where it came from. */
  readonly isWritable: boolean;
  readonly loginRegion?: string;
  readonly apiRegion?: string;
  readonly profileArn?: string;
  /** What is wrong with it and what to do. */
  readonly problem?: string;
}

/** Looks at every place and puts what is there into words that hold no secret. */
export async function describeSignIns(signIns: SignIns, logins: ApiLogins, now: number): Promise<AccountInfo> {
  const groups = await signIns.groups();
  const judge = signIns.judge();
  const found = (await Promise.all(groups.map(group => readGroup(group, judge)))).flat();
  const outcome = await choose(groups, { ...judge, passedOver: () => undefined }).catch(toChatError);
  const isUsed = ({ source }: Found): boolean => !(outcome instanceof ChatError) && outcome.source === source;

  // A file that a setting names may also be one that is found without it.
  const places = new Set(found.filter(isUsed).map(({ source }) => source.id));
  const shown = found.filter(one => {
    if (one.credential === undefined && one.problem === undefined) return false;
    if (isUsed(one)) return true;
    const isNew = !places.has(one.source.id);
    places.add(one.source.id);
    return isNew;
  });
  const accounts = await Promise.all(shown.map(one => describeOne(one, isUsed(one), logins, now)));
  if (outcome instanceof ChatError) return { problem: outcome.message, found: accounts };
  const used = accounts.find(account => account.isUsed);
  return defined({ used, why: outcome.why, problem: settingProblem(logins), found: accounts });
}

async function describeOne(found: Found, isUsed: boolean, logins: ApiLogins, now: number): Promise<FoundAccount> {
  const { source, credential, problem } = found;
  const place = {
    id: source.id,
    place: source.place,
    name: source.name,
    path: source.path,
    account: source.account,
    isUsed,
    isWritable: await source.isWritable(),
    problem: problem?.message,
  };
  if (credential === undefined) return defined({ ...place, isLive: false, isRenewable: false });
  return defined({
    ...place,
    kind: credential.kind,
    provider: credential.provider,
    email: credential.email,
    startUrl: credential.startUrl,
    expiresAt: credential.expiresAt,
    isLive: isLive(credential, now),
    isRenewable: canRenew(credential),
    loginRegion: credential.region,
    apiRegion: attempt(() => logins.regionOf({ source, credential })),
    profileArn: attempt(() => logins.profileOf({ source, credential })),
  });
}

// A wrong setting spoils every sign-in.
function settingProblem(logins: ApiLogins): string | undefined {
  try {
    logins.check();
    return undefined;
  } catch (error) {
    return toChatError(error).message;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

type Defined<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
