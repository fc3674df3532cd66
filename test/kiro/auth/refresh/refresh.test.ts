import { describe, expect, it } from 'vitest';
import { refresh } from '../../../../src/kiro/auth/refresh/refresh.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';
import { createScripted, now, type Scripted, tokens } from '../support/scripted.ts';

const kiro = 'https://prod.us-east-1.auth.desktop.kiro.dev';
const aws = 'https://oidc.us-east-1.amazonaws.com';

describe('renewing a sign-in', () => {
  const renew = (credential: Partial<Credential> & Pick<Credential, 'kind'>, answer: Scripted = { body: tokens }) => {
    const transport = createScripted(answer);
    const whole = { accessToken: 'old', refreshToken: 'r', ...credential } as Credential;
    return { requests: transport.requests, renewed: refresh({ transport, now: () => now }, whole) };
  };

  it.each<[string, Partial<Credential> & Pick<Credential, 'kind'>, string, string]>([
    ['social', { kind: 'social' }, `${kiro}/refreshToken`, '{"refreshToken":"r"}'],
    [
      'AWS',
      { kind: 'oidc', region: 'eu-west-1', client: { id: 'i', secret: 's' } },
      'https://oidc.eu-west-1.amazonaws.com/token',
      '{"grantType":"refresh_token","clientId":"i","clientSecret":"s","refreshToken":"r"}',
    ],
    ['AWS, without more', { kind: 'oidc' }, `${aws}/token`, '{"grantType":"refresh_token","refreshToken":"r"}'],
    [
      'an organisation',
      {
        kind: 'external-idp',
        tokenEndpoint: 'https://login.microsoftonline.com/token',
        client: { id: 'i', secret: 's' },
        scopes: 'a b',
      },
      'https://login.microsoftonline.com/token',
      'grant_type=refresh_token&refresh_token=r&client_id=i&client_secret=s&scope=a+b',
    ],
  ])('asks where it was signed in: %s', async (_, credential, address, body) => {
    const { requests, renewed } = renew(credential);
    expect(await renewed).toMatchObject({ accessToken: 'a', expiresAt: now + 60_000 });
    expect(requests).toMatchObject([{ url: address, body, method: 'POST' }]);
  });

  it('is refused for good, or for now', async () => {
    const refusal = { status: 400, body: { error: 'invalid_grant' } };
    await expect(renew({ kind: 'social' }, refusal).renewed).rejects.toMatchObject({
      kind: 'login',
      code: 'invalid_grant',
      message: 'The sign-in is no longer accepted (invalid_grant).',
    });
    await expect(renew({ kind: 'social' }, { status: 500, body: tokens }).renewed).rejects.toMatchObject({
      kind: 'upstream',
    });
    await expect(renew({ kind: 'social' }, { status: 200 }).renewed).rejects.toMatchObject({ kind: 'upstream' });
  });

  it('is nothing for an API key, without a refresh token, or at a stranger’s address', async () => {
    const cases: readonly (Partial<Credential> & Pick<Credential, 'kind'>)[] = [
      { kind: 'api-key' },
      { kind: 'external-idp', tokenEndpoint: 'https://evil.example/' },
      { kind: 'external-idp' },
    ];
    for (const credential of cases) {
      const { requests, renewed } = renew(credential);
      await expect(renewed).rejects.toMatchObject({ kind: 'login' });
      expect(requests).toEqual([]);
    }
    const bare = { kind: 'social', accessToken: 'a' } as Credential;
    await expect(refresh({ transport: createScripted(), now: () => now }, bare)).rejects.toMatchObject({
      kind: 'login',
      message: 'There is no refresh token.',
    });
  });
});
