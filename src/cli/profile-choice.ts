import { toChatError } from '../core/errors.ts';
import type { Credential } from '../kiro/auth/token.ts';
import type { Progress } from './progress.ts';
import { askProfile, canAsk } from './questions.ts';
import type { SignIns } from './sign-ins.ts';
import type { World } from './world.ts';

export interface ProfileChoice {
  /** The ARN that was named. */
  readonly named: string | undefined;
  readonly signIns: SignIns;
  readonly world: World;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The sign-in with its profile: the named one, else its own, else one of those that the service lists. */
export async function withProfile(credential: Credential, choice: ProfileChoice): Promise<Credential> {
  const { named, signIns, world, progress, signal } = choice;
  if (named !== undefined) {
    const { checkArn } = await import('../kiro/region.ts');
    return { ...credential, profileArn: checkArn(named, '--profile-arn') };
  }
  if (credential.profileArn !== undefined) return credential;
  const { listSignInProfiles } = await import('../kiro/auth/login/profiles.ts');
  const profiles = await listSignInProfiles(credential, signIns.line.connection.listProfiles, signal).catch(thrown => {
    const { kind, message } = toChatError(thrown);
    if (kind === 'cancelled' || signal.aborted) throw thrown;
    progress.say(`The profiles could not be listed: ${message} The gateway will look again.`);
    return [];
  });
  const [first, ...others] = profiles;
  if (first === undefined) return credential;
  progress.stop();
  if (others.length > 0 && canAsk(world)) {
    return { ...credential, profileArn: (await askProfile(profiles, world)).arn };
  }
  const chosen = profiles.find(({ active }) => active) ?? first;
  if (others.length > 0) {
    progress.say(`Using profile ${chosen.name ?? chosen.arn}, one of ${profiles.length}; --profile-arn chooses.`);
  }
  return { ...credential, profileArn: chosen.arn };
}
