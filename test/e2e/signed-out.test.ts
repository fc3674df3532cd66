import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, type RunningGateway, runExecutable, startGateway } from '../support/gateway.ts';

const bodies = {
  '/v1/messages': { max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/completions': { prompt: 'Hi' },
  '/v1/responses': { input: 'Hi' },
} as const;
const apis = Object.keys(bodies) as (keyof typeof bodies)[];

function ask({ url, key }: RunningGateway, api: keyof typeof bodies): Promise<Response> {
  return fetch(url + api, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-4.5', ...bodies[api] }),
  });
}

/** A machine where the Kiro IDE is signed in, and a gateway that serves. */
async function serve(finish: typeof onTestFinished, signIn: (emulator: Emulator) => object) {
  const emulator = await startEmulator();
  const folder = emptyFolder();
  const path = join(folder.path, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
  const store = (content: object): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify({ authMethod: 'social', provider: 'Google', ...content }));
    renameSync(`${path}.new`, path);
  };
  store(signIn(emulator));
  const gateway = await startGateway({ emulator, home: folder.path, env: { KIRO_GW_HOME: join(folder.path, 'own') } });
  finish(async () => {
    await gateway.stop();
    await emulator.close();
    folder.remove();
  });
  return { emulator, gateway, home: folder.path, store };
}

const written = ({ accessToken, refreshToken, profileArn }: ReturnType<Emulator['credentials']['social']>) => ({
  accessToken,
  refreshToken,
  profileArn,
});
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

/** Asks until the answer has a status, for less than the minute in which a dead sign-in is not tried again. */
async function until(status: number, gateway: RunningGateway): Promise<void> {
  const end = performance.now() + 40_000;
  while ((await ask(gateway, '/v1/messages')).status !== status) {
    if (performance.now() > end) throw new Error(`It did not come to ${status}.`);
    await sleep(50);
  }
}

describe.concurrent('a gateway whose sign-in', () => {
  it('is dead says so in every API with the command to run, and heals without a restart', async ({
    onTestFinished: finish,
  }) => {
    const { emulator, gateway, home, store } = await serve(finish, ({ credentials }) => {
      const login = credentials.social({ lifetime: 0 });
      credentials.revoke(login.refreshToken);
      return { ...written(login), expiresAt: inMinutes(-5) };
    });
    const advice = /open Kiro and sign in, or run kiro-gw login/;
    for (const api of apis) {
      const response = await ask(gateway, api);
      const { type, error } = (await response.json()) as { type?: string; error: Record<string, unknown> };
      expect([api, response.status]).toEqual([api, 401]);
      expect(error['message']).toMatch(advice);
      expect([type, error['type']]).toEqual(
        api === '/v1/messages' ? ['error', 'authentication_error'] : [undefined, expect.stringMatching(/auth/)],
      );
    }
    expect(emulator.requests.filter(({ operation }) => operation === 'refreshToken').length).toBe(1);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);

    store({ ...written(emulator.credentials.social()), expiresAt: inMinutes(60) });
    await until(200, gateway);
    for (const api of apis) expect([api, (await ask(gateway, api)).status]).toEqual([api, 200]);

    // The same, and then another program of ours signs in.
    const dead = emulator.credentials.social({ lifetime: 0 });
    emulator.credentials.revoke(dead.refreshToken);
    store({ ...written(dead), expiresAt: inMinutes(-5) });
    await until(401, gateway);
    const { accessToken } = emulator.credentials.apiKey();
    const env = { ...environment(home, emulator), KIRO_GW_HOME: join(home, 'own') };
    expect((await runExecutable(['login', '--method', 'api-key'], { home, env, input: accessToken })).code).toBe(0);
    await until(200, gateway);
  });

  it('cannot be renewed is used while it lives, and says so once', async ({ onTestFinished: finish }) => {
    const { emulator, gateway } = await serve(finish, ({ credentials, nextFor }) => {
      nextFor('refreshToken', ...Array.from({ length: 50 }, () => ({ status: 500, body: {} })));
      return { ...written(credentials.social()), expiresAt: inMinutes(4) };
    });
    for (let round = 0; round < 3; round += 1) {
      for (const api of apis) expect([api, (await ask(gateway, api)).status]).toEqual([api, 200]);
      await sleep(520);
    }
    await gateway.stop();
    expect(gateway.errors().match(/could not be renewed; the old one is used while it lives/g)).toHaveLength(1);
    expect(emulator.requests.some(({ operation }) => operation === 'refreshToken')).toBe(true);
  });

  it('has expired renews it once for 200 requests at a time', async ({ onTestFinished: finish }) => {
    const { emulator, gateway } = await serve(finish, ({ credentials }) => ({
      ...written(credentials.social({ lifetime: 0 })),
      expiresAt: inMinutes(-5),
    }));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const response = await ask(gateway, apis[index % apis.length] ?? '/v1/messages');
        await response.text();
        return response.status;
      }),
    );
    expect(answers.filter(status => status !== 200)).toEqual([]);
    expect(emulator.requests.filter(({ operation }) => operation === 'refreshToken')).toHaveLength(1);
    expect(emulator.violations).toEqual([]);
  });
});
