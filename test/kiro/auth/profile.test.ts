import { describe, expect, it } from 'vitest';
import { ChatError, type ErrorKind } from '../../../src/core/errors.ts';
import { createApiLogins, toLogin } from '../../../src/kiro/auth/api-login.ts';
import { findProfile, type ListedProfile, listEveryProfile } from '../../../src/kiro/auth/profile.ts';
import { createRefreshToken } from '../../../src/kiro/auth/sources/environment.ts';
import type { Credential } from '../../../src/kiro/auth/token.ts';

const arn = (region: string, name: string): string => `arn:aws:codewhisperer:${region}:123456789012:profile/${name}`;
const profile = (region: string, name: string, active = true): ListedProfile => ({ arn: arn(region, name), active });
const social: Credential = { kind: 'social', accessToken: 'a', refreshToken: 'r' };
const builder: Credential = { kind: 'oidc', accessToken: 'a', provider: 'BuilderId' };

/** A service that knows these profiles, or fails, region by region. */
function question(
  regions: Readonly<Record<string, readonly ListedProfile[] | ErrorKind>>,
  credential = social,
  chosenRegion?: string,
) {
  const asked: string[] = [];
  const list = async (region: string) => {
    asked.push(region);
    const answer = regions[region] ?? [];
    if (typeof answer === 'string') throw new ChatError(answer, `No ${answer}.`);
    return answer;
  };
  return { asked, question: { credential, chosenRegion, list } };
}
const [us, eu] = ['us-east-1', 'eu-central-1'];

describe('the profile of a sign-in', () => {
  it('is the first active one of the nearest region that knows any', async () => {
    const both = question({
      [us]: [profile(us, 'A', false), profile(us, 'B'), profile(us, 'C')],
      [eu]: [profile(eu, 'D')],
    });
    expect(await findProfile(both.question)).toEqual({ arn: arn(us, 'B'), of: 3 });
    expect(both.asked).toEqual([us]);
    const sleeping = question({ [us]: [profile(us, 'A', false)] });
    expect(await findProfile(sleeping.question)).toEqual({ arn: arn(us, 'A'), of: 1 });
  });

  it.each<[string, Credential, string | undefined, readonly string[]]>([
    ['the login', { ...social, region: 'eu-west-1' }, undefined, [eu, us]],
    ['the setting', { ...social, region: 'eu-west-1' }, 'us-west-2', ['us-west-2', us, eu]],
    ['nothing', social, undefined, [us, eu]],
  ])('is looked for first where %s leads', async (_, credential, chosen, regions) => {
    const { asked, question: asking } = question({}, credential, chosen);
    await expect(findProfile(asking)).rejects.toMatchObject({ kind: 'login', code: 'NO_PROFILE' });
    expect(asked).toEqual(regions);
  });

  it.each(['login', 'forbidden', 'not-found', 'invalid', 'unsupported'] as const)(
    'is looked for in the next region where one refuses by %s',
    async kind => {
      const { question: asking } = question({ [us]: kind, [eu]: [profile(eu, 'D')] });
      expect(await findProfile(asking)).toEqual({ arn: arn(eu, 'D'), of: 1 });
    },
  );

  it('is not guessed while a region cannot be asked', async () => {
    await expect(findProfile(question({ [us]: 'network' }, builder).question)).rejects.toMatchObject({
      kind: 'network',
    });
    await expect(findProfile(question({ [us]: 'login', [eu]: 'timeout' }, builder).question)).rejects.toMatchObject({
      kind: 'timeout',
    });
  });

  it('is that of kiro-cli for Builder ID, and a refusal for others', async () => {
    const shared = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';
    expect(await findProfile(question({ [us]: 'forbidden' }, builder).question)).toEqual({ arn: shared, of: 1 });
    await expect(findProfile(question({ [us]: 'forbidden', [eu]: 'login' }).question)).rejects.toMatchObject({
      kind: 'login',
      message: 'No login.',
    });
  });

  it('is never what is no ARN', async () => {
    const { question: asking } = question({ [us]: [{ arn: 'nonsense', active: true }, profile(us, 'B')] });
    expect(await findProfile(asking)).toEqual({ arn: arn(us, 'B'), of: 1 });
  });
});

describe('all profiles of a sign-in', () => {
  it('are those of every region, each once', async () => {
    const { question: asking } = question({
      [us]: [profile(us, 'A'), profile(us, 'A')],
      [eu]: [profile(eu, 'D', false)],
    });
    expect(await listEveryProfile(asking)).toEqual([profile(us, 'A'), profile(eu, 'D', false)]);
  });

  it('are those that could be had, or why none could', async () => {
    expect(await listEveryProfile(question({ [us]: 'network', [eu]: [profile(eu, 'D')] }).question)).toHaveLength(1);
    expect(await listEveryProfile(question({ [us]: 'forbidden', [eu]: 'login' }).question)).toEqual([]);
    await expect(listEveryProfile(question({ [us]: 'network', [eu]: 'timeout' }).question)).rejects.toMatchObject({
      kind: 'network',
    });
  });
});

describe('what a call needs of a sign-in', () => {
  it('is its token, of its kind, and its end', () => {
    expect(toLogin({ ...social, expiresAt: 5 }, us)).toEqual({ accessToken: 'a', region: us, expiresAt: 5 });
    expect(toLogin({ kind: 'api-key', accessToken: 'k' }, us)).toEqual({
      accessToken: 'k',
      region: us,
      tokenType: 'API_KEY',
    });
    expect(toLogin({ kind: 'external-idp' }, us)).toEqual({ accessToken: '', region: us, tokenType: 'EXTERNAL_IDP' });
  });

  const source = createRefreshToken('REFRESH_TOKEN', 'r');
  function start(env: Readonly<Record<string, string>>, profiles: readonly ListedProfile[], more: object = {}) {
    const lines: string[] = [];
    const asked: string[] = [];
    const write = (message: string, fields?: object): void => void lines.push(message + JSON.stringify(fields ?? {}));
    const logins = createApiLogins({
      env,
      log: { debug: write, info: write, warn: write, error: write },
      listProfiles: async (login, region) => {
        asked.push(`${region} ${login.region}`);
        return profiles.filter(listed => listed.arn.includes(region));
      },
      ...more,
    });
    const of = (credential: Credential) => logins.of({ source, credential, why: '' });
    return { logins, of, lines, asked };
  }

  it('is the region of its profile, which is asked for once', async () => {
    const { of, asked, lines, logins } = start({}, [profile(eu, 'D'), profile(eu, 'E')]);
    const login = { accessToken: 'a', region: eu, profileArn: arn(eu, 'D') };
    expect(await of(social)).toEqual(login);
    expect(await of({ ...social, accessToken: 'b' })).toEqual({ ...login, accessToken: 'b' });
    expect(asked).toEqual([`${us} ${us}`, `${eu} ${eu}`]);
    expect(lines).toEqual([
      `The sign-in has several profiles; PROFILE_ARN chooses among them.{"profileArn":"${login.profileArn}","of":2}`,
    ]);
    // Another sign-in at the same place, and after a refusal.
    await of({ ...social, provider: 'Github' });
    expect(asked).toHaveLength(4);
    logins.forget();
    await of(social);
    expect(asked).toHaveLength(6);
  });

  it('takes the profile that is set, then its own, and none for an API key', async () => {
    const own = { ...social, profileArn: arn(eu, 'OWN') };
    const unset = start({}, []);
    expect(await unset.of(own)).toMatchObject({ region: eu, profileArn: own.profileArn });
    expect(unset.asked).toEqual([]);
    const set = start({ PROFILE_ARN: arn(us, 'SET') }, []);
    expect(await set.of(own)).toMatchObject({ region: us, profileArn: arn(us, 'SET') });
    const both = start({ PROFILE_ARN: arn(us, 'SET') }, [], { profileArn: arn(eu, 'FLAG') });
    expect(await both.of(own)).toMatchObject({ region: eu, profileArn: arn(eu, 'FLAG') });
    const key: Credential = { kind: 'api-key', accessToken: 'k', region: 'eu-west-1' };
    expect(await set.of(key)).toEqual({ accessToken: 'k', region: eu, tokenType: 'API_KEY' });
    expect(set.logins.profileOf({ source, credential: key })).toBeUndefined();
  });

  it('asks the service instead of believing nonsense, and says so', async () => {
    const { of, lines } = start({}, [profile(us, 'B')]);
    expect(await of({ ...social, profileArn: 'nonsense' })).toMatchObject({ profileArn: arn(us, 'B') });
    expect(lines).toEqual([
      'The profile in the sign-in of REFRESH_TOKEN is no Kiro profile ARN; asking the service instead.{}',
    ]);
  });

  it('is the region that is set where there is no profile yet', () => {
    const { logins } = start({ KIRO_REGION: 'us-west-2' }, []);
    expect(logins.regionOf({ source, credential: social })).toBe('us-west-2');
    expect(start({}, []).logins.regionOf({ source, credential: { ...social, region: 'eu-north-1' } })).toBe(eu);
    expect(
      start({ KIRO_REGION: '' }, [], { region: 'eu-west-3' }).logins.regionOf({ source, credential: social }),
    ).toBe('eu-west-3');
  });

  it('is refused where a setting is none', () => {
    expect(() => start({ KIRO_REGION: 'nowhere' }, []).logins.check()).toThrow('KIRO_REGION is not an AWS region');
    expect(() => start({ PROFILE_ARN: 'nothing' }, []).logins.check()).toThrow('PROFILE_ARN is not a Kiro profile ARN');
    start({ KIRO_REGION: '', PROFILE_ARN: '' }, []).logins.check();
  });
});
