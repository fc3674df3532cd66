import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, profileArn, question, user } from './request.ts';

const emulator = useEmulator({ tokenLifetime: 120_000 });

type Reply = { status: number; body: Record<string, string> };
async function post(path: string, members: object, form = false): Promise<Reply> {
  const response = await fetch(`${emulator.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' },
    body: form ? new URLSearchParams({ ...members }).toString() : JSON.stringify(members),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
const isAccepted = async (accessToken = '', tokenType?: string): Promise<boolean> => {
  const headers = tokenType === undefined ? {} : { TokenType: tokenType };
  return (await ask(emulator, { body: question(user('Hi')), accessToken, headers })).ok;
};

describe('a refresh of a social sign-in', () => {
  it('gives new tokens, and the old refresh token is refused and remembered', async () => {
    const { refreshToken } = emulator.credentials.social();
    const first = await post('refreshToken', { refreshToken });
    expect(first).toMatchObject({ status: 200, body: { expiresIn: 120, profileArn } });
    expect(await isAccepted(first.body['accessToken'])).toBe(true);
    expect((await post('refreshToken', { refreshToken: first.body['refreshToken'] })).status).toBe(200);
    expect(emulator.violations).toEqual([]);
    expect(await post('refreshToken', { refreshToken })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(emulator.violations).toMatchObject([{ rule: 'refresh-reuse' }]);
  });

  it('refuses what was never issued, what was revoked, and what another service issued', async () => {
    const { refreshToken } = emulator.credentials.social();
    emulator.credentials.revoke(refreshToken);
    const loggedOut = emulator.credentials.social().refreshToken;
    expect((await post('logout', { refreshToken: loggedOut })).status).toBe(200);
    const others = ['unknown', refreshToken, loggedOut, emulator.credentials.oidc().refreshToken];
    for (const token of others) expect((await post('refreshToken', { refreshToken: token })).status).toBe(400);
    expect(emulator.violations).toEqual([]);
  });

  it('refuses other forms of the call', async () => {
    const { refreshToken } = emulator.credentials.social();
    expect((await post('refreshToken', { refreshToken }, true)).status).toBe(400);
    expect(emulator.violations).toMatchObject([{ rule: '6', path: 'content-type' }]);
  });

  it('can be scripted to fail', async () => {
    const { refreshToken } = emulator.credentials.social();
    emulator.nextFor('refreshToken', { status: 503, body: { message: 'busy' } });
    expect((await post('refreshToken', { refreshToken })).status).toBe(503);
    expect((await post('refreshToken', { refreshToken })).status).toBe(200);
  });

  it('keeps the refresh token where tokens do not rotate', async () => {
    const steady = await startEmulator({ rotate: false });
    const { refreshToken } = steady.credentials.social();
    for (let round = 0; round < 2; round += 1) {
      const response = await fetch(`${steady.url}/refreshToken`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      });
      expect(Object.keys((await response.json()) as object)).toEqual(['accessToken', 'expiresIn', 'profileArn']);
    }
    expect(steady.violations).toEqual([]);
    await steady.close();
  });
});

describe('a refresh of an AWS sign-in', () => {
  const call = (clientId: string, clientSecret: string, refreshToken?: string) =>
    post('token', { grantType: 'refresh_token', clientId, clientSecret, refreshToken });

  it('gives new tokens to the client that the old ones were issued to', async () => {
    const { clientId, clientSecret, refreshToken } = emulator.credentials.oidc();
    const { status, body } = await call(clientId, clientSecret, refreshToken);
    expect([status, body['tokenType']]).toEqual([200, 'Bearer']);
    expect(await isAccepted(body['accessToken'])).toBe(true);
    expect((await call(clientId, clientSecret, body['refreshToken'])).status).toBe(200);
    expect(await call(clientId, clientSecret, refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(emulator.violations).toMatchObject([{ rule: 'refresh-reuse' }]);
  });

  it('refuses another client and another secret', async () => {
    const mine = emulator.credentials.oidc();
    const other = emulator.credentials.oidc();
    expect(await call(mine.clientId, other.clientSecret, mine.refreshToken)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await call(other.clientId, other.clientSecret, mine.refreshToken)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await call(mine.clientId, mine.clientSecret, mine.refreshToken)).status).toBe(200);
  });
});

describe('a refresh at an external identity provider', () => {
  it('takes a form and gives snake case', async () => {
    const { clientId, refreshToken, tokenEndpoint } = emulator.credentials.external();
    expect(tokenEndpoint).toBe(`${emulator.url}/external/token`);
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, scope: 'openid' };
    const { status, body } = await post('external/token', form, true);
    expect([status, body['expires_in']]).toEqual([200, 120]);
    expect(await isAccepted(body['access_token'], 'EXTERNAL_IDP')).toBe(true);
    const again = await post('external/token', { ...form, refresh_token: body['refresh_token'] }, true);
    expect(again.status).toBe(200);
    const fresh = { ...form, refresh_token: again.body['refresh_token'] };
    expect((await post('external/token', { ...fresh, client_id: 'x' }, true)).body['error']).toBe('invalid_grant');
    expect(emulator.violations).toEqual([]);
    expect((await post('external/token', form)).status).toBe(400);
    expect(emulator.violations).toMatchObject([{ rule: '6', path: 'content-type' }]);
  });
});

describe('a device sign-in with AWS', () => {
  const scopes = ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'];
  const register = () => post('client/register', { clientName: 'kiro-gw', clientType: 'public', scopes });
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  async function begin() {
    const { clientId, clientSecret } = (await register()).body;
    const client = { clientId, clientSecret };
    const { status, body } = await post('device_authorization', {
      ...client,
      startUrl: 'https://view.awsapps.com/start',
    });
    expect(status).toBe(200);
    expect(body['verificationUriComplete']).toContain(body['userCode']);
    const poll = () => post('token', { ...client, grantType, deviceCode: body['deviceCode'] });
    return { poll, interval: body['interval'] };
  }

  it('waits, slows down and then gives tokens, once', async () => {
    emulator.polls('authorization_pending', 'slow_down');
    const { poll, interval } = await begin();
    expect(interval).toBe(1);
    expect(await poll()).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    expect(await poll()).toMatchObject({ status: 400, body: { error: 'slow_down' } });
    const { body } = await poll();
    expect(await isAccepted(body['accessToken'])).toBe(true);
    expect(await poll()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each(['expired_token', 'access_denied'] as const)('can end with %s', async outcome => {
    emulator.polls(outcome);
    const { poll } = await begin();
    expect(await poll()).toMatchObject({ status: 400, body: { error: outcome } });
  });

  it('refuses registrations and authorizations that are not right', async () => {
    const wrong = [
      { clientName: '', clientType: 'public', scopes },
      { clientName: 'kiro-gw', clientType: 'confidential', scopes },
      { clientName: 'kiro-gw', clientType: 'public', scopes: ['everything'] },
    ];
    for (const members of wrong) expect((await post('client/register', members)).status).toBe(400);
    const { clientId, clientSecret } = (await register()).body;
    const startUrl = 'https://view.awsapps.com/start';
    expect((await post('device_authorization', { clientId, clientSecret: 'x', startUrl })).status).toBe(401);
    expect((await post('device_authorization', { clientId, clientSecret, startUrl: 'start' })).status).toBe(400);
    expect((await post('token', { clientId, clientSecret, grantType: 'password' })).body['error']).toBe(
      'unsupported_grant_type',
    );
  });
});

describe('a social sign-in in the browser', () => {
  const verifier = randomBytes(32).toString('base64url');
  const query = {
    state: 'a state & more',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    redirect_uri: 'http://localhost:3128',
    redirect_from: 'kirocli',
  };
  const redirectUri = 'http://localhost:3128/oauth/callback?login_option=google';
  const open = (more: object = {}) =>
    fetch(`${emulator.url}/signin?${new URLSearchParams({ ...query, ...more })}`, { redirect: 'manual' });
  async function codeOf(response: Response): Promise<string> {
    const target = new URL(response.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe('http://localhost:3128/oauth/callback');
    expect(target.searchParams.get('state')).toBe('a state & more');
    expect(target.searchParams.get('login_option')).toBe('google');
    return target.searchParams.get('code') ?? '';
  }
  const exchange = (code: string, more: object = {}) =>
    post('oauth/token', { code, code_verifier: verifier, redirect_uri: redirectUri, ...more });

  it('comes back with a code that is good for tokens, once', async () => {
    const code = await codeOf(await open());
    const { status, body } = await exchange(code);
    expect([status, body['profileArn']]).toEqual([200, profileArn]);
    expect(await isAccepted(body['accessToken'])).toBe(true);
    expect((await exchange(code)).body['error']).toBe('invalid_grant');
  });

  it.each([
    ['another verifier', { code_verifier: 'other' }],
    ['another address', { redirect_uri: 'http://localhost:3128/oauth/callback' }],
    ['another code', { code: 'other' }],
  ])('refuses %s', async (_, more) => {
    const code = await codeOf(await open());
    expect(await exchange(code, more)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['no state', { state: '' }],
    ['no challenge', { code_challenge: '' }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['an address elsewhere', { redirect_uri: 'https://example.com' }],
    ['another program', { redirect_from: 'other' }],
  ])('refuses %s', async (_, more) => {
    expect((await open(more)).status).toBe(400);
    expect(emulator.violations).toMatchObject([{ rule: '6' }]);
  });
});

describe('a social sign-in on another device', () => {
  const begin = async () => {
    const members = { clientId: 'kiro-cli', loginProvider: 'Github' };
    const { deviceCode, intervalInMilliseconds } = (await post('oauth/device/authorization', members)).body;
    expect(intervalInMilliseconds).toBe(1000);
    return () => post('oauth/device/poll', { clientId: 'kiro-cli', deviceCode });
  };

  it('waits and then gives tokens, once', async () => {
    emulator.polls('authorization_pending');
    const poll = await begin();
    expect(await poll()).toEqual({ status: 200, body: { status: 'authorization_pending' } });
    const { body } = await poll();
    expect(body).toMatchObject({ status: 'authorized', profileArn });
    expect(await isAccepted(body['accessToken'])).toBe(true);
    expect((await poll()).body).toEqual({ status: 'invalid_token' });
  });

  it('can expire and can be denied', async () => {
    emulator.polls('expired_token', 'access_denied');
    expect((await (await begin())()).body).toEqual({ status: 'expired_token' });
    expect((await (await begin())()).body).toEqual({ status: 'invalid_token' });
  });

  it('refuses providers and clients that nobody knows', async () => {
    const wrong = [
      { clientId: 'kiro-cli', loginProvider: 'google' },
      { clientId: 'x', loginProvider: 'Google' },
    ];
    for (const members of wrong) expect((await post('oauth/device/authorization', members)).status).toBe(400);
  });
});
