import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { useEmulator } from '../../support/emulator.ts';
import { ask, headers, profileArn, question, user } from '../request.ts';

const emulator = useEmulator();

async function refusal(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await ask(emulator, { body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the headers of every call', () => {
  const good = { body: question(user('Hi')) };
  const without = (name: string) => ({ [name]: '' });

  it.each([
    ['1 content-type', 'a charset', { 'content-type': 'application/x-amz-json-1.0; charset=utf-8' }, 'content-type'],
    ['1 content-type', 'plain JSON', { 'content-type': 'application/json' }, 'content-type'],
    ['1 user-agent', 'no agent', without('x-amz-user-agent'), 'x-amz-user-agent'],
    ['1 user-agent', "the HTTP library's agent", { 'user-agent': 'undici' }, 'user-agent'],
    ['1 opt-out', 'no opt-out', without('x-amzn-codewhisperer-optout'), 'x-amzn-codewhisperer-optout'],
    ['1 invocation', 'an id that is no UUID', { 'amz-sdk-invocation-id': '7' }, 'amz-sdk-invocation-id'],
    ['1 attempt', 'another form of attempts', { 'amz-sdk-request': 'attempt=1' }, 'amz-sdk-request'],
    ['1 attempt', 'more attempts than allowed', { 'amz-sdk-request': 'attempt=4; max=3' }, 'amz-sdk-request'],
    ['1 token-type', 'a token type for a social login', { tokentype: 'API_KEY' }, 'TokenType'],
  ])('%s: %s', async (rule, _, more, name) => {
    expect((await ask(emulator, { ...good, headers: more })).status).toBe(400);
    expect(emulator.violations).toMatchObject([{ rule, path: `header ${name}` }]);
  });

  it('may count the last attempt', async () => {
    expect((await ask(emulator, { ...good, headers: { 'amz-sdk-request': 'attempt=3; max=3' } })).status).toBe(200);
  });

  it('are not asked about the login where tokens are not checked', async () => {
    const open = await startEmulator({ checkTokens: false });
    const { profileArn: _, ...body } = question(user('Hi'));
    for (const TokenType of ['', 'API_KEY']) {
      expect((await ask(open, { body, accessToken: 'any', headers: { TokenType } })).status).toBe(200);
    }
    await open.close();
  });

  it('say what kind of token they carry, and only API keys come without a profile', async () => {
    const { profileArn: _, ...withoutProfile } = question(user('Hi'));
    const { accessToken: key } = emulator.credentials.apiKey();
    const { accessToken: external } = emulator.credentials.external();
    const send = async (accessToken: string, body: object, more: Record<string, string> = {}) =>
      (await ask(emulator, { body, accessToken, headers: more })).status;

    expect(await send(key, withoutProfile, { TokenType: 'API_KEY' })).toBe(200);
    expect(await send(external, good.body, { TokenType: 'EXTERNAL_IDP' })).toBe(200);
    expect(await send(emulator.credentials.oidc().accessToken, good.body)).toBe(200);
    expect(emulator.violations).toEqual([]);

    expect(await send(key, withoutProfile)).toBe(400);
    expect(await send(external, good.body)).toBe(400);
    expect(await send(key, good.body, { TokenType: 'API_KEY' })).toBe(400);
    expect(emulator.violations.map(({ rule }) => rule)).toEqual(['1 token-type', '1 token-type', '1 profile']);
  });

  it('the older dialect has its own', async () => {
    const { accessToken } = emulator.credentials.social();
    const send = (more: Record<string, string>) =>
      fetch(`${emulator.url}/generateAssistantResponse`, {
        method: 'POST',
        headers: headers(accessToken, {
          'content-type': 'application/json',
          'x-amzn-kiro-agent-mode': 'vibe',
          ...more,
        }),
        body: JSON.stringify(good.body),
      });
    expect((await send({})).status).toBe(200);
    expect(emulator.violations).toEqual([]);
    expect((await send({ 'x-amzn-kiro-agent-mode': '' })).status).toBe(400);
    expect((await send({ 'content-type': 'application/x-amz-json-1.0' })).status).toBe(400);
    expect(emulator.violations.map(({ rule }) => rule)).toEqual(['1 agent-mode', '1 content-type']);
    expect(emulator.requests.every(({ dialect }) => dialect === 'q')).toBe(true);
  });
});

describe('the profile of an inference call', () => {
  it('is required for every sign-in', async () => {
    const { profileArn: _, ...body } = question(user('Hi'));
    const answer = await refusal(body);
    expect(answer.body['message']).toBe('profileArn is required for this request.');
    expect(emulator.violations).toMatchObject([{ rule: '1 profile', path: 'profileArn' }]);
  });

  it('must be one of the account', async () => {
    const other = profileArn.replace('0001', '0002');
    expect((await refusal({ ...question(user('Hi')), profileArn: other })).body['message']).toBe('Invalid profileArn.');
  });

  it('may be the one that Builder IDs share', async () => {
    const shared = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';
    const response = await ask(emulator, { body: { ...question(user('Hi')), profileArn: shared } });
    expect(response.status).toBe(200);
  });
});
