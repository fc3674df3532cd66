import { ChatError, toChatError } from '../../core/errors.ts';
import type { Group } from './sources/detect.ts';
import type { Source } from './sources/source.ts';
import { type Credential, canRenew, isLive } from './token.ts';

/** What one place held. */
export interface Found {
  readonly source: Source;
  readonly group: Group;
  readonly credential?: Credential;
  /** Why the place cannot be used. */
  readonly problem?: ChatError;
}

/** The sign-in to use, and where it is. */
export interface Chosen {
  readonly source: Source;
  readonly credential: Credential;
  readonly why: string;
}

/** What decides whether a sign-in can be used now. */
export interface Judge {
  readonly now: number;
  /** The refusal of a sign-in whose refresh token the service no longer takes. */
  readonly refusalOf: (credential: Credential) => ChatError | undefined;
  /** Is told of places that were passed over although something is there. */
  readonly passedOver: (found: Found) => void;
}

/** Reads every place of a group. */
export function readGroup(group: Group, judge: Pick<Judge, 'now' | 'refusalOf'>): Promise<readonly Found[]> {
  return Promise.all(
    group.sources.map(async (source): Promise<Found> => {
      try {
        const credential = await source.read();
        if (credential === undefined) return { source, group };
        const problem = problemOf(source, credential, judge);
        return { source, group, credential, ...(problem === undefined ? {} : { problem }) };
      } catch (error) {
        return { source, group, problem: toChatError(error) };
      }
    }),
  );
}

/** The newest valid sign-in of the first group that has one. Throws `ChatError` of kind `login`. */
export async function choose(groups: readonly Group[], judge: Judge): Promise<Chosen> {
  const problems: Found[] = [];
  for (const group of groups) {
    const found = await readGroup(group, judge);
    const wrong = found.filter(({ problem }) => problem !== undefined);
    const [best, ...others] = found.filter(isUsable).sort((one, other) => ageOf(other) - ageOf(one));
    if (best === undefined && group.isStrict) {
      const error = wrong[0]?.problem ?? group.empty;
      if (error !== undefined) throw error;
    }
    problems.push(...wrong);
    if (best === undefined) continue;
    for (const one of problems) judge.passedOver(one);
    const why = others.length === 0 ? group.why : `${group.why}, the newest of ${others.length + 1}`;
    return { source: best.source, credential: best.credential, why };
  }
  // The first is what the error is about: it is not said twice.
  for (const one of problems.slice(1)) judge.passedOver(one);
  throw problems[0]?.problem ?? new ChatError('login', nothing);
}

function problemOf(
  source: Source,
  credential: Credential,
  { now, refusalOf }: Pick<Judge, 'now' | 'refusalOf'>,
): ChatError | undefined {
  if (isLive(credential, now)) return undefined;
  if (canRenew(credential)) return refusalOf(credential);
  const why = credential.refreshToken === undefined ? 'has no refresh token' : 'lacks its client registration';
  return signInAgain(source, `has expired and ${why}`);
}

/** An error that says what is wrong with a sign-in and how to make a new one. */
export function signInAgain(source: Source, what: string, details: { code?: string; cause?: unknown } = {}): ChatError {
  const message = `The Kiro sign-in of ${source.name} ${what.replace(/\.$/, '')}. To sign in again, ${source.signIn}.`;
  return new ChatError('login', message, { ...details, ...(source.path === undefined ? {} : { file: source.path }) });
}

function isUsable(found: Found): found is Found & { readonly credential: Credential } {
  return found.credential !== undefined && found.problem === undefined;
}

function ageOf({ credential }: Found): number {
  return credential?.expiresAt ?? 0;
}

const nothing = 'No Kiro sign-in was found on this machine. Run kiro-gw login, or sign in with Kiro or kiro-cli.';
