import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Auth, Login } from '../../src/kiro/auth/auth.ts';
import type { Kiro } from '../../src/kiro/client.ts';
import { chatOf, never, type Rig, readResult, startRig } from './support/kiro.ts';

const ok = (text: string) => [text];
const refuse = (status: number, body: object = {}) => ({ status, body });
const inferences = ({ emulator }: Rig) =>
  emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse');
const told = (kiro: Kiro) =>
  kiro
    .readings()
    .filter(({ type }) => type === 'counter')
    .map(({ name, labels, value }) => `${name.replace('kiro_gw_', '')} ${Object.values(labels ?? {})} ${value}`);

describe('what is counted of a question', () => {
  it('is every failure and every further attempt, by its reason', async () => {
    const retries: string[] = [];
    const rig = await startRig({ more: { onRetry: ({ code }) => void retries.push(String(code)) } });
    rig.emulator.next(refuse(500, { reason: 'BROKEN' }), ok('Hi.'));
    await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(told(rig.kiro)).toEqual(['upstream_errors_total BROKEN 1', 'retries_total BROKEN 1']);
    expect(retries).toEqual(['BROKEN']);
    rig.emulator.next(refuse(402));
    await expect(rig.kiro.ask(chatOf('hi'), never)).rejects.toMatchObject({ kind: 'quota' });
    expect(told(rig.kiro)).toContain('upstream_errors_total HTTP_402 1');
  });

  it('is a failure within the answer, too, and none when the client leaves', async () => {
    const rig = await startRig();
    rig.emulator.next(['Hi', { exception: 'InternalServerException', payload: { message: 'Broken.' } }]);
    await expect(readResult(await rig.kiro.ask(chatOf('hi'), never))).rejects.toMatchObject({ kind: 'upstream' });
    const before = told(rig.kiro);
    expect(before).toEqual(['upstream_errors_total InternalServerException 1']);
    const leaving = new AbortController();
    rig.emulator.next({ delay: 60_000, steps: ['late'] });
    const asked = rig.kiro.ask(chatOf('hi'), leaving.signal);
    while (inferences(rig).length < 2) await new Promise(resolve => setTimeout(resolve, 1));
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    expect(told(rig.kiro)).toEqual(before);
  });

  it('is what runs now', async () => {
    const rig = await startRig();
    const running = () => rig.kiro.readings().find(({ name }) => name === 'kiro_gw_generations')?.value;
    rig.emulator.next(ok('Hi.'));
    const answer = await rig.kiro.ask(chatOf('hi'), never);
    expect(running()).toBe(1);
    await readResult(answer);
    expect(running()).toBe(0);
  });
});

describe('a sign-in that is renewed for a question', () => {
  it('brings its own profile with it', async () => {
    const wrong = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/WRONG';
    let right = '';
    let accessToken = '';
    const refused: (string | undefined)[] = [];
    const auth: Auth = {
      login: async (): Promise<Login> => ({ accessToken, profileArn: wrong, region: 'us-east-1' }),
      async renew({ profileArn }) {
        refused.push(profileArn);
        return { accessToken, profileArn: right, region: 'us-east-1' };
      },
      describe: () => expect.unreachable(),
      close: async () => {},
    };
    const rig = await startRig({ more: { auth } });
    const social = rig.emulator.credentials.social();
    [right, accessToken] = [social.profileArn, social.accessToken];
    rig.emulator.nextFor('ListAvailableModels', { status: 500, body: {} });
    await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(refused).toContain(wrong);
    const profiles = inferences(rig).map(({ body }) => (body as { profileArn?: string }).profileArn);
    expect(profiles).toEqual([wrong, right]);
  });
});

describe('getting ready', () => {
  it('signs in and lists the models, so that the first question need not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiro-gw-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const rig = await startRig({ more: { cacheDir: folder } });
    await rig.kiro.warm();
    const before = rig.emulator.requests.map(({ operation }) => operation);
    expect([...new Set(before)]).toEqual(['refreshToken', 'ListAvailableModels']);
    expect(existsSync(join(folder, 'models.json'))).toBe(true);
    rig.emulator.next(ok('Hi.'));
    await readResult(await rig.kiro.ask(chatOf('hi'), never));
    const later = rig.emulator.requests.slice(before.length);
    expect(later.map(({ operation }) => operation)).toEqual(['GenerateAssistantResponse']);
  });

  it('says what stands in the way', async () => {
    const rig = await startRig({ env: {} });
    await expect(rig.kiro.warm()).rejects.toMatchObject({ kind: 'login' });
    await expect(rig.kiro.ready()).rejects.toMatchObject({ kind: 'login' });
  });
});

describe('the models of the service', () => {
  it('are known by every name that means one, and no others', async () => {
    const { kiro } = await startRig({ settings: { hiddenFromList: ['auto'] } });
    expect(await kiro.model('claude-sonnet-4-5')).toMatchObject({ id: 'claude-sonnet-4.5' });
    expect(await kiro.model('claude-3.7-sonnet')).toEqual({
      id: 'CLAUDE_3_7_SONNET_20250219_V1_0',
      name: 'CLAUDE_3_7_SONNET_20250219_V1_0',
      inputs: ['text', 'image'],
      efforts: [],
      thinks: false,
      isDefault: false,
    });
    expect(await kiro.model('nothing-like-it')).toBeUndefined();
    const ids = (await kiro.models()).map(({ id }) => id);
    expect(ids).not.toContain('auto');
    expect((await kiro.modelList()).models.map(({ id }) => id)).toContain('auto');
  });

  it('are asked for anew when that is wanted', async () => {
    const { kiro, emulator } = await startRig();
    const listings = () => emulator.requests.filter(({ operation }) => operation === 'ListAvailableModels').length;
    expect((await kiro.modelList()).source).toBe('live');
    const once = listings();
    await kiro.modelList();
    expect(listings()).toBe(once);
    await kiro.modelList(true);
    expect(listings()).toBe(2 * once);
  });
});
