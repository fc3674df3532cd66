import type { Log } from '../../core/log.ts';
import { apiRegion, arnRegion, checkArn, checkRegion } from '../region.ts';
import type { Chosen } from './choose.ts';
import { findProfile, type ListedProfile } from './profile.ts';
import { hashName } from './sources/lock.ts';
import type { Credential } from './token.ts';

/** What a call to the service needs of the user's sign-in. */
export interface Login {
  readonly accessToken: string;
  /** The value of the `TokenType` header, where one is due. */
  readonly tokenType?: 'API_KEY' | 'EXTERNAL_IDP';
  readonly profileArn?: string;
  /** Of the API. */
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** The profiles of a sign-in in one region; throws where the region does not know it. */
export type ListProfiles = (login: Login, region: string, signal?: AbortSignal) => Promise<readonly ListedProfile[]>;

/** What finding profile and region works with; the two that are named count before all that is found. */
export interface ApiLoginOptions {
  readonly profileArn?: string | undefined;
  readonly region?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly listProfiles: ListProfiles;
}

/** Finds the profile and region that go with a sign-in, and remembers them. */
export interface ApiLogins {
  of(chosen: Chosen): Promise<Login>;
  /** The profile of a sign-in, where it is known by now. */
  profileOf(chosen: Pick<Chosen, 'source' | 'credential'>): string | undefined;
  /** The region of the API that a sign-in leads to. */
  regionOf(chosen: Pick<Chosen, 'source' | 'credential'>): string;
  /** Throws `ChatError` when the settings are wrong. */
  check(): void;
  /** Forgets what the service said: it refuses it now. */
  forget(): void;
}

/** Keeps what was found for as long as the process runs. */
export function createApiLogins({ env, log, listProfiles, ...options }: ApiLoginOptions): ApiLogins {
  const discovered = new Map<string, string>();
  const chosenRegion = (): string | undefined => {
    const region = options.region || env['KIRO_REGION'] || undefined;
    return region === undefined ? undefined : checkRegion(region, 'KIRO_REGION');
  };
  const chosenProfile = (): string | undefined => {
    const arn = options.profileArn || env['PROFILE_ARN'] || undefined;
    return arn === undefined ? undefined : checkArn(arn, 'PROFILE_ARN');
  };
  const profileOf = ({ source, credential }: Pick<Chosen, 'source' | 'credential'>): string | undefined => {
    if (credential.kind === 'api-key') return undefined;
    const { profileArn = '' } = credential;
    const own = arnRegion(profileArn) === undefined ? undefined : profileArn;
    return chosenProfile() ?? own ?? discovered.get(keyOf(source.id, credential));
  };
  const discover = async ({ source, credential }: Chosen, login: Login): Promise<string> => {
    if (credential.profileArn !== undefined) {
      log.warn(`The profile in the sign-in of ${source.name} is no Kiro profile ARN; asking the service instead.`);
    }
    const list = (region: string) => listProfiles({ ...login, region }, region);
    const { arn, of } = await findProfile({ credential, chosenRegion: chosenRegion(), list });
    if (of > 1) log.info('The sign-in has several profiles; PROFILE_ARN chooses among them.', { profileArn: arn, of });
    discovered.set(keyOf(source.id, credential), arn);
    return arn;
  };

  return {
    profileOf,
    regionOf: chosen =>
      apiRegion({ profileArn: profileOf(chosen), chosen: chosenRegion(), login: chosen.credential.region }),
    check() {
      chosenRegion();
      chosenProfile();
    },
    forget: () => discovered.clear(),
    async of(chosen) {
      const { credential } = chosen;
      const login = toLogin(credential, apiRegion({ chosen: chosenRegion(), login: credential.region }));
      if (credential.kind === 'api-key') return login;
      const profileArn = profileOf(chosen) ?? (await discover(chosen, login));
      return { ...login, profileArn, region: apiRegion({ profileArn }) };
    },
  };
}

/** The login of a sign-in before its profile is known. */
export function toLogin({ kind, accessToken = '', expiresAt }: Credential, region: string): Login {
  const tokenType = kind === 'api-key' ? 'API_KEY' : kind === 'external-idp' ? 'EXTERNAL_IDP' : undefined;
  return {
    accessToken,
    region,
    ...(tokenType === undefined ? {} : { tokenType }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

// Stays the same while the sign-in is renewed, and is another one after another sign-in.
function keyOf(source: string, { kind, startUrl, region, provider, client }: Credential): string {
  return hashName([source, kind, startUrl, region, provider, client?.id].join('\n'));
}
