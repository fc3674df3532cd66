import { apiRegion } from '../../region.ts';
import { type ListProfiles, toLogin } from '../api-login.ts';
import { type ListedProfile, listEveryProfile } from '../profile.ts';
import type { Credential } from '../token.ts';

/** The profiles that a new sign-in may use, of all regions; put the ARN of the chosen one into the credential. */
export async function listSignInProfiles(
  credential: Credential,
  listProfiles: ListProfiles,
  signal?: AbortSignal,
): Promise<readonly ListedProfile[]> {
  if (credential.kind === 'api-key') return [];
  const login = toLogin(credential, apiRegion({ login: credential.region }));
  const list = (region: string) => listProfiles({ ...login, region }, region, signal);
  return listEveryProfile({ credential, chosenRegion: undefined, list });
}
