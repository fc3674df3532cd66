import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, headers, question, user } from './request.ts';

const emulator = useEmulator();

const body = question(user('Hi'));
const invalid = {
  __type: 'com.amazon.aws.codewhisperer#AccessDeniedException',
  message: 'The bearer token included in the request is invalid.',
  reason: null,
};

describe('an access token', () => {
  it('is refused when it is unknown, when it has expired and when it was ended', async () => {
    const ended = emulator.credentials.social();
    emulator.credentials.expire(ended.accessToken);
    const dead = emulator.credentials.oidc({ lifetime: 0 });
    for (const accessToken of ['unknown', dead.accessToken, ended.accessToken, ended.refreshToken]) {
      const response = await ask(emulator, { body, accessToken });
      expect([response.status, await response.json()]).toEqual([403, invalid]);
    }
    expect(emulator.violations).toEqual([]);
  });

  it('is refused when it is missing', async () => {
    expect((await ask(emulator, { body, headers: { authorization: 'Basic eDp5' } })).status).toBe(403);
  });

  it('lives as long as it is told to, by the clock it is given', async () => {
    let time = 1_000_000;
    const short = await startEmulator({ tokenLifetime: 60_000, now: () => time });
    const { accessToken, expiresAt } = short.credentials.social();
    expect(expiresAt).toBe(1_060_000);
    time = 1_059_999;
    expect((await ask(short, { body, accessToken })).status).toBe(200);
    time = 1_060_000;
    expect((await ask(short, { body, accessToken })).status).toBe(403);
    await short.close();
  });

  it('lets a scripted answer wait for a token that is good', async () => {
    emulator.next(['scripted']);
    expect((await ask(emulator, { body, accessToken: 'unknown' })).status).toBe(403);
    expect(await (await ask(emulator, { body })).text()).toContain('scripted');
  });
});

describe('an operation', () => {
  const send = (url: string, target?: string, path = '/') => {
    const more = target === undefined ? {} : { 'x-amz-target': target };
    const { accessToken } = emulator.credentials.social();
    return fetch(`${url}${path}`, { method: 'POST', headers: headers(accessToken, more), body: JSON.stringify(body) });
  };
  const inference = 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse';
  const older = '/generateAssistantResponse';

  it.each([
    ['an unknown name', 'AmazonCodeWhispererService.Unknown', '/', 400],
    ['another service', 'AmazonCodeWhispererService.GenerateAssistantResponse', '/', 400],
    ['a name of every object', 'AmazonCodeWhispererService.toString', '/', 400],
    ['an unknown path', undefined, '/unknown', 404],
  ])('is refused for %s', async (_, target, path, status) => {
    const response = await send(emulator.url, target, path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ __type: 'com.amazon.aws.codewhisperer#UnknownOperationException' });
  });

  it('is served in the forms that are switched on', async () => {
    const olderOnly = await startEmulator({ dialects: ['q'], checkTokens: false, enforce: false });
    expect((await send(olderOnly.url, inference)).status).toBe(400);
    expect((await send(olderOnly.url, undefined, older)).status).toBe(200);
    await olderOnly.close();
    const newerOnly = await startEmulator({ dialects: ['runtime'], checkTokens: false, enforce: false });
    expect((await send(newerOnly.url, inference)).status).toBe(200);
    expect((await send(newerOnly.url, undefined, older)).status).toBe(404);
    await newerOnly.close();
  });
});
