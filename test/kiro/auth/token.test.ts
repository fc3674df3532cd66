import { describe, expect, it } from 'vitest';
import {
  type Credential,
  canRenew,
  isBuilderId,
  isLive,
  needsRenewal,
  withRenewed,
} from '../../../src/kiro/auth/token.ts';

const now = 1_000_000_000;
const minute = 60_000;
const social: Credential = { kind: 'social', accessToken: 'a', refreshToken: 'r', expiresAt: now + 60 * minute };
const client = { id: 'i', secret: 's' };

describe('an access token', () => {
  it.each<[Partial<Credential>, boolean]>([
    [{}, true],
    [{ expiresAt: now }, false],
    [{ expiresAt: now + 1 }, true],
    [{ expiresAt: undefined }, true],
    [{ accessToken: undefined }, false],
  ])('with %j lives: %j', (more, lives) => {
    expect(isLive({ ...social, ...more }, now)).toBe(lives);
  });

  it.each<[Partial<Credential>, boolean]>([
    [{}, false],
    [{ expiresAt: now + 10 * minute }, true],
    [{ expiresAt: now + 10 * minute + 1 }, false],
    [{ accessToken: undefined }, true],
    [{ accessToken: undefined, kind: 'api-key' }, false],
    [{ expiresAt: undefined }, true],
    [{ expiresAt: undefined, refreshToken: undefined }, false],
    [{ expiresAt: now + 5 * minute, lifetime: 8 * minute }, false],
    [{ expiresAt: now + 2 * minute, lifetime: 8 * minute }, true],
    [{ expiresAt: now + 2 * minute + 1, lifetime: 8 * minute }, false],
    [{ expiresAt: now + 10 * minute, lifetime: 600 * minute }, true],
    [{ expiresAt: now + 11 * minute, lifetime: 600 * minute }, false],
  ])('with %j is due: %j', (more, isDue) => {
    expect(needsRenewal({ ...social, ...more }, now)).toBe(isDue);
  });

  it.each<[Partial<Credential>, boolean]>([
    [{}, true],
    [{ refreshToken: undefined }, false],
    [{ kind: 'api-key' }, false],
    [{ kind: 'oidc' }, false],
    [{ kind: 'oidc', client: { id: 'i' } }, false],
    [{ kind: 'oidc', client }, true],
    [{ kind: 'external-idp', client }, false],
    [{ kind: 'external-idp', tokenEndpoint: 'https://t.example' }, false],
    [{ kind: 'external-idp', tokenEndpoint: 'https://t.example', client: { id: 'i' } }, true],
  ])('with %j can be renewed: %j', (more, can) => {
    expect(canRenew({ ...social, ...more })).toBe(can);
  });

  it('keeps what a renewal does not bring', () => {
    const renewed = { accessToken: 'b', expiresAt: 5, lifetime: 7 };
    const before = { ...social, profileArn: 'p', provider: 'Google' };
    expect(withRenewed(before, renewed)).toEqual({ ...before, ...renewed });
    expect(withRenewed(before, { ...renewed, refreshToken: 'q', profileArn: 'o' })).toMatchObject({
      refreshToken: 'q',
      profileArn: 'o',
    });
  });
});

describe('Builder ID', () => {
  it.each<[Partial<Credential>, boolean]>([
    [{ kind: 'oidc', startUrl: 'https://view.awsapps.com/start' }, true],
    [{ kind: 'oidc', startUrl: 'https://view.awsapps.com/start//' }, true],
    [{ kind: 'oidc', startUrl: 'https://acme.awsapps.com/start', provider: 'BuilderId' }, false],
    [{ kind: 'oidc', provider: 'BuilderId' }, true],
    [{ kind: 'oidc', provider: 'builder_id' }, true],
    [{ kind: 'oidc', provider: 'Enterprise' }, false],
    [{ kind: 'oidc' }, false],
    [{ kind: 'social', provider: 'BuilderId' }, false],
  ])('is %j: %j', (more, is) => {
    expect(isBuilderId({ accessToken: 'a', ...more } as Credential)).toBe(is);
  });
});
