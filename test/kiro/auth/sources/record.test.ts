import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStored, readTime, readToken, writeStored, writeToken } from '../../../../src/kiro/auth/sources/record.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';

const at = Date.UTC(2026, 10, 5, 12, 30, 15, 123);

describe('stored tokens', () => {
  it('reads every form of time that the programs write', () => {
    const forms = [
      '2026-11-05T12:30:15.123Z',
      '2026-11-05T12:30:15.123456789Z',
      '2026-11-05T12:30:15.1234Z',
      '2026-11-05T14:30:15.123+02:00',
      '2026-11-05 12:30:15.123',
      at,
      String(at),
    ];
    for (const form of forms) expect(readTime(form), String(form)).toBe(at);
    expect(readTime('2026-11-05T12:30:15Z')).toBe(at - 123);
    expect(readTime(Math.floor(at / 1000))).toBe(at - 123);
    for (const bad of ['soon', '', null, undefined, {}, Number.NaN]) expect(readTime(bad)).toBeUndefined();
  });

  it('reads camelCase and snake_case alike', () => {
    const snake = readToken({
      access_token: 'a',
      refresh_token: 'r',
      expires_at: '2026-11-05T12:30:15.123456789Z',
      start_url: 'https://view.awsapps.com/start',
      client_id: 'c',
      client_secret: 's',
    });
    const camel = readToken({
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: '2026-11-05T12:30:15.123Z',
      startUrl: 'https://view.awsapps.com/start',
      clientId: 'c',
      clientSecret: 's',
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({ kind: 'oidc', expiresAt: at, client: { id: 'c', secret: 's' } });
  });

  it('tells the kinds of sign-in apart', () => {
    expect(readToken({ authMethod: 'social' }).kind).toBe('social');
    expect(readToken({ authMethod: 'IdC' }).kind).toBe('oidc');
    expect(readToken({ authMethod: 'external_idp' }).kind).toBe('external-idp');
    expect(readToken({ token_endpoint: 'https://login.microsoftonline.com/x' }).kind).toBe('external-idp');
    expect(readToken({ clientIdHash: 'abc' }).kind).toBe('oidc');
    expect(readToken({}).kind).toBe('social');
    // A client that an older sign-in left does not make a social token another one.
    expect(readToken({ authMethod: 'social', clientIdHash: 'abc' }).kind).toBe('social');
  });

  it('takes no token that could not stand in a header', () => {
    expect(readToken({ accessToken: 'a\r\nx-evil: 1' }).accessToken).toBeUndefined();
    expect(readToken({ accessToken: ['a'] }).accessToken).toBeUndefined();
    expect(readToken({ refreshToken: 'ünï' }).refreshToken).toBeUndefined();
  });

  it('writes a renewal in the spelling it finds, and keeps every field that it does not know', () => {
    const renewed = { accessToken: 'a2', refreshToken: 'r2', expiresAt: at, lifetime: 1, profileArn: undefined };
    const snake = {
      access_token: 'a',
      refresh_token: 'r',
      expires_at: '2020-01-01T00:00:00.123456789Z',
      new_field: [1],
    };
    expect(writeToken(snake, renewed)).toEqual({
      access_token: 'a2',
      refresh_token: 'r2',
      expires_at: '2026-11-05T12:30:15.123Z',
      new_field: [1],
    });
    const camel = { accessToken: 'a', expiresAt: 1_700_000_000, extra: { deep: null } };
    expect(writeToken(camel, { ...renewed, refreshToken: undefined })).toEqual({
      accessToken: 'a2',
      expiresAt: Math.floor(at / 1000),
      extra: { deep: null },
    });
  });

  it('reads back from our own store what was put there', () => {
    const text = fc.option(fc.stringMatching(/^[\x21-\x7e]{1,20}$/), { nil: undefined });
    const credentials = fc.record({
      kind: fc.constantFrom<Credential['kind']>('social', 'oidc', 'external-idp', 'api-key'),
      accessToken: text,
      refreshToken: text,
      expiresAt: fc.option(fc.integer({ min: 1e12, max: 4e12 }), { nil: undefined }),
      region: text,
      profileArn: text,
      provider: text,
      startUrl: text,
      tokenEndpoint: text,
      scopes: text,
      issuerUrl: text,
      email: text,
      client: fc.option(fc.record({ id: fc.stringMatching(/^[\x21-\x7e]{1,9}$/), secret: text }), { nil: undefined }),
    });
    fc.assert(
      fc.property(credentials, credential => {
        expect(readStored(writeStored(credential))).toEqual(credential);
      }),
    );
  });
});
