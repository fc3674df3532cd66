import { ChatError, toChatError } from '../../core/errors.ts';
import { apiRegion, arnRegion, dataRegions } from '../region.ts';
import { type Credential, isBuilderId } from './token.ts';

/** The code of the error that says that a sign-in has no profile; a new token would not help. */
export const noProfileCode = 'NO_PROFILE';

/** A profile as the service lists it. */
export interface ListedProfile {
  readonly arn: string;
  readonly name?: string;
  readonly active: boolean;
}

/** Whose profile is looked for, and how. */
export interface ProfileQuestion {
  readonly credential: Credential;
  /** The region that the user chose for the API. */
  readonly chosenRegion: string | undefined;
  /** The profiles of one region; throws when the region does not know the sign-in. */
  readonly list: (region: string) => Promise<readonly ListedProfile[]>;
}

/** The profiles of a sign-in, to choose among; a region that does not know it has none. */
export async function listEveryProfile(question: ProfileQuestion): Promise<readonly ListedProfile[]> {
  const profiles = new Map<string, ListedProfile>();
  let failure: ChatError | undefined;
  for (const region of regionsOf(question)) {
    const outcome = await listProfiles(question, region);
    if (!(outcome instanceof ChatError)) for (const profile of outcome) profiles.set(profile.arn, profile);
    else if (!refusals.has(outcome.kind)) failure ??= outcome;
  }
  if (profiles.size === 0 && failure !== undefined) throw failure;
  return [...profiles.values()];
}

/**
 * Finds the profile of a sign-in that does not say it: the first active one that a data region lists, and for
 * Builder ID, which has none of its own, the one that kiro-cli sends.
 */
export async function findProfile(question: ProfileQuestion): Promise<{ arn: string; of: number }> {
  const failures: ChatError[] = [];
  for (const region of regionsOf(question)) {
    const outcome = await listProfiles(question, region);
    if (outcome instanceof ChatError) {
      failures.push(outcome);
      continue;
    }
    const profile = outcome.find(({ active }) => active) ?? outcome[0];
    if (profile !== undefined) return { arn: profile.arn, of: outcome.length };
  }
  const transient = failures.find(({ kind }) => !refusals.has(kind));
  if (transient !== undefined) throw transient;
  if (isBuilderId(question.credential)) return { arn: builderIdArn, of: 1 };
  throw failures.find(({ kind }) => kind === 'login') ?? new ChatError('login', noProfile, { code: noProfileCode });
}

async function listProfiles({ list }: ProfileQuestion, region: string): Promise<readonly ListedProfile[] | ChatError> {
  try {
    return (await list(region)).filter(({ arn }) => arnRegion(arn) !== undefined);
  } catch (error) {
    return toChatError(error);
  }
}

function regionsOf({ credential, chosenRegion }: ProfileQuestion): readonly string[] {
  const likely = apiRegion({ chosen: chosenRegion, login: credential.region });
  return [...new Set([likely, ...dataRegions])];
}

const builderIdArn = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';

const noProfile =
  'No Kiro profile belongs to this sign-in. Ask your administrator for one, or name it with PROFILE_ARN; kiro-gw doctor shows what was tried.';

// How the service says that a region does not know a sign-in.
const refusals: ReadonlySet<string> = new Set(['login', 'forbidden', 'not-found', 'invalid', 'unsupported']);
