import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../../src/core/errors.ts';
import {
  authAddress,
  checkIdpUrl,
  type Exchange,
  exchange,
  oidcAddress,
  readRenewed,
  toExchangeError,
} from '../../../src/kiro/auth/exchange.ts';
import { createScripted, type Scripted } from './support/scripted.ts';

const url = 'https://auth.example/token';
const start = (answer: Scripted, more: Partial<Exchange> = {}) => {
  const transport = createScripted(answer);
  return { options: { transport, now: () => 0, ...more }, requests: transport.requests };
};

describe('an exchange with a service that gives out tokens', () => {
  it('sends JSON, a form without what is missing, or nothing at all', async () => {
    const { options, requests } = start({ body: { a: 1 } }, { userAgent: 'me/1' });
    expect(await exchange(options, url, { json: { q: 'ü' } })).toEqual({
      status: 200,
      data: { a: 1 },
      code: 'refused',
    });
    expect(requests).toEqual([
      {
        method: 'POST',
        url,
        headers: { accept: 'application/json', 'user-agent': 'me/1', 'content-type': 'application/json' },
        body: '{"q":"ü"}',
        headersTimeout: 20_000,
        bodyTimeout: 20_000,
      },
    ]);
    const form = start({});
    await exchange(form.options, url, { form: { a: 'b c', missing: undefined, d: '&' } }, new AbortController().signal);
    expect(form.requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'user-agent': 'kiro-gw', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=b+c&d=%26',
      signal: expect.any(AbortSignal),
    });
    const plain = start({});
    await exchange(plain.options, url, undefined);
    expect(plain.requests[0]).toMatchObject({ method: 'GET' });
    expect(plain.requests[0]).not.toHaveProperty('body');
    expect(plain.requests[0]?.headers).not.toHaveProperty('content-type');
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    ['', {}],
    [' \n', {}],
  ])('reads %j', async (body, data) => {
    expect((await exchange(start({ body }).options, url, undefined)).data).toEqual(data);
  });

  it.each(['<html>', '[1]', 'null', '"text"'])('takes %s for the word of somebody in between', async body => {
    const told = exchange(start({ body }).options, url, undefined);
    await expect(told).rejects.toMatchObject({
      kind: 'upstream',
      message: 'auth.example did not answer in JSON. Is a proxy in between?',
    });
    // An error need not be JSON.
    const failed = await exchange(start({ body, status: 502 }).options, url, undefined);
    expect(failed).toEqual({ status: 502, data: {}, code: undefined });
  });

  it.each([
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [{ __type: 'com.amazon#ExpiredTokenException:http://x' }, 'ExpiredTokenException'],
    [{ code: ' slow_down ' }, 'slow_down'],
    [{ reason: 'nope' }, 'nope'],
    [{ error: { nested: true }, reason: 'other_word' }, 'other_word'],
    [{ error: 'a secret: eyJhbGciOi' }, 'refused'],
    [{ error: 'no' }, 'refused'],
    [{ error: 'x'.repeat(52) }, 'refused'],
    [{ error: 'x'.repeat(51) }, 'x'.repeat(51)],
    [{ error: '9lives' }, 'refused'],
    [{ message: 'text' }, 'refused'],
  ])('takes the service’s own word for a failure, if it is one: %j', async (body, code) => {
    expect((await exchange(start({ status: 400, body }).options, url, undefined)).code).toBe(code);
  });
});

describe('the addresses of these services', () => {
  it('are the usual ones, or those that are set, without slashes at their end', () => {
    const { options } = start({});
    expect(authAddress(options)).toBe('https://prod.us-east-1.auth.desktop.kiro.dev');
    expect(authAddress({ ...options, authUrl: 'http://a.example//' })).toBe('http://a.example');
    expect(oidcAddress(options, 'eu-west-1')).toBe('https://oidc.eu-west-1.amazonaws.com');
    expect(oidcAddress({ ...options, oidcUrl: 'http://o.example/' }, 'eu-west-1')).toBe('http://o.example');
  });
});

describe('a token answer', () => {
  it('is read in either spelling', () => {
    const camel = { accessToken: 'a', refreshToken: 'r', expiresIn: 90, profileArn: 'p' };
    const snake = { access_token: 'a', refresh_token: 'r', expires_in: '90', profile_arn: 'p' };
    for (const data of [camel, snake]) {
      expect(readRenewed(data, 1000.5)).toEqual({
        accessToken: 'a',
        refreshToken: 'r',
        expiresAt: 91_000,
        lifetime: 90_000,
        profileArn: 'p',
      });
    }
  });

  it.each([undefined, 0, -5, 'soon', null])('lives for an hour where its lifetime is %j', expiresIn => {
    expect(readRenewed({ accessToken: 'a', expiresIn }, 0)).toMatchObject({
      lifetime: 3_600_000,
      expiresAt: 3_600_000,
    });
  });

  it('is none without an access token', () => {
    expect(readRenewed({ refreshToken: 'r' }, 0)).toBeUndefined();
    expect(readRenewed({ accessToken: 7 }, 0)).toBeUndefined();
  });
});

describe('an answer without a token', () => {
  it.each<[number, string | undefined, ErrorKind]>([
    [400, 'invalid_grant', 'login'],
    [401, 'invalid_client', 'login'],
    [403, 'AccessDenied', 'login'],
    [400, undefined, 'upstream'],
    [404, 'not_here', 'upstream'],
    [200, 'refused', 'upstream'],
    [500, 'refused', 'upstream'],
    [429, 'invalid_grant', 'rate'],
  ])('of status %d and word %s is an error of kind %s', (status, code, kind) => {
    const error = toExchangeError({ status, data: {}, code }, url, 'Refused.');
    expect(error.kind).toBe(kind);
    expect(error.code).toBe(code);
    if (kind === 'login') expect(error.message).toBe('Refused.');
    else expect(error.message).toContain('auth.example');
  });
});

describe('an external identity provider', () => {
  const { options } = start({});
  const check = (address: string, idpHosts?: readonly string[]): string =>
    checkIdpUrl({ ...options, idpHosts }, address, 'The URL').href;

  it.each([
    'https://login.microsoftonline.com/x/token',
    'https://microsoftonline.us/',
    'https://login.MicrosoftOnline.cn/',
  ])('may be %s', address => {
    expect(check(address).toLowerCase()).toBe(address.toLowerCase());
  });

  it('may be one that is set, with all below it', () => {
    for (const allowed of ['id.example', '.id.example', '*.ID.example']) {
      expect(check('https://id.example/', [allowed])).toBe('https://id.example/');
      expect(check('https://eu.id.example/', [allowed])).toBe('https://eu.id.example/');
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(check(`http://${host}:1/`, [host])).toBe(`http://${host}:1/`);
    }
  });

  it.each([
    ['https://evil.example/', undefined],
    ['https://notmicrosoftonline.com/', undefined],
    ['https://microsoftonline.com.evil.example/', undefined],
    ['http://login.microsoftonline.com/', undefined],
    ['https://user@login.microsoftonline.com/', undefined],
    ['https://:secret@login.microsoftonline.com/', undefined],
    ['http://localhost/', undefined],
    ['http://id.example/', ['id.example']],
  ])('must not be %s', (address, idpHosts) => {
    expect(() => check(address, idpHosts)).toThrow(
      expect.objectContaining({ kind: 'login', message: expect.stringContaining('not an allowed identity provider') }),
    );
  });

  it('must be an address', () => {
    expect(() => check('nowhere')).toThrow('The URL is not an address.');
  });
});
