import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../../src/core/errors.ts';
import { listSignInProfiles } from '../../../../src/kiro/auth/login/profiles.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';

const credential: Credential = { kind: 'oidc', accessToken: 'a', region: 'eu-west-1' };
const arn = (region: string): string => `arn:aws:codewhisperer:${region}:123456789012:profile/ABCDEFGHIJKL`;

describe('the profiles of a new sign-in', () => {
  it('are those of every region that knows it, the nearest region first', async () => {
    const profiles = await listSignInProfiles(credential, async (login, region) => {
      expect(login).toMatchObject({ accessToken: 'a', region });
      return [{ arn: arn(region), name: region, active: true }];
    });
    expect(profiles.map(({ name }) => name)).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('are none where no region knows it, and none for an API key', async () => {
    const refuse = () => Promise.reject(new ChatError('forbidden', 'not here'));
    expect(await listSignInProfiles(credential, refuse)).toEqual([]);
    const fail = () => Promise.reject(new ChatError('network', 'no network'));
    expect(await listSignInProfiles({ kind: 'api-key', accessToken: 'k' }, fail)).toEqual([]);
  });

  it('are an error where nobody could be asked', async () => {
    const fail = () => Promise.reject(new ChatError('network', 'no network'));
    await expect(listSignInProfiles(credential, fail)).rejects.toMatchObject({ kind: 'network' });
  });

  it('leave out what is no profile ARN', async () => {
    const profiles = await listSignInProfiles(credential, async () => [{ arn: 'arn:evil', active: true }]);
    expect(profiles).toEqual([]);
  });
});
