import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { pdfOf } from '../kiro/media/pdf-of.ts';
import { listen } from '../kiro/support/proxies.ts';
import { emptyFolder, type RunningGateway, runExecutable, startGateway } from '../support/gateway.ts';
import { onePixel } from '../support/pictures.ts';

let emulator: Emulator;
let home: ReturnType<typeof emptyFolder>;
let gateway: RunningGateway;

beforeEach(async () => {
  emulator = await startEmulator();
  home = emptyFolder();
});
afterEach(async () => {
  await gateway.stop();
  await emulator.close();
  home.remove();
});

async function start(mode: 'errors' | 'all', more: Record<string, string> = {}): Promise<void> {
  const { refreshToken, profileArn } = emulator.credentials.social();
  const env = { REFRESH_TOKEN: refreshToken, PROFILE_ARN: profileArn, DEBUG_MODE: mode, DEBUG_DIR: home.path, ...more };
  gateway = await startGateway({ emulator, env: { ...env, BASE_RETRY_DELAY: '0.01' } });
}

const ask = (text: string, id: string, stream = true): Promise<string> =>
  fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.key, 'x-request-id': id },
    body: JSON.stringify({
      model: 'claude-sonnet-4.5',
      max_tokens: 99,
      stream,
      messages: [{ role: 'user', content: text }],
    }),
  }).then(response => response.text());
const folders = (): string[] =>
  readdirSync(home.path)
    .filter(name => /^\d{8}T[^.]+$/.test(name))
    .sort();
const read = (folder: string, file: string): string => readFileSync(join(home.path, folder, file), 'utf8');

it('captures a request and its retries, without secrets, and replays it', async () => {
  await start('all');
  emulator.next({ status: 500, body: { message: 'Broken.' } }, ['Grüße ', '世界']);
  const answer = await ask('Hello there', 'one/two');
  expect(answer).toContain('世界');
  await expect.poll(folders).toHaveLength(1);
  const [folder = ''] = folders();
  expect(folder).toMatch(/^\d{8}T\d{9}Z-one_two-[0-9a-f]{8}$/);
  const files = readdirSync(join(home.path, folder)).sort();
  const facts = JSON.parse(read(folder, 'capture.json'));
  const operations: string[] = facts.upstream.map(({ operation }: { operation: string }) => operation);
  const asked = operations.filter(operation => operation === 'GenerateAssistantResponse');
  expect(asked).toHaveLength(2);
  expect(files).toEqual(
    [
      'capture.json',
      'client-request.txt',
      'client-response.txt',
      ...operations.flatMap((_, at) => [`upstream-${at + 1}-request.json`, `upstream-${at + 1}-response.bin`]),
    ].sort(),
  );
  expect(read(folder, 'client-response.txt')).toBe(answer);
  expect(facts.record).toMatchObject({ status: 200, model: 'claude-sonnet-4.5', firstByteMs: expect.any(Number) });
  expect(facts.response).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'one/two' },
  });
  expect(facts.upstream.at(-2)).toMatchObject({ status: 500, answeredMs: expect.any(Number) });
  const replay = await runExecutable(['replay', join(home.path, folder)], { home: home.path });
  expect(replay.errors).toBe('The answer is the same, but for ids and times.\nThe question is the same.\n');
  expect([replay.code, replay.output]).toEqual([0, expect.stringContaining('世界')]);

  writeFileSync(join(home.path, folder, 'client-response.txt'), answer.replace('世界', 'world'));
  const other = await runExecutable(['replay', join(home.path, folder)], { home: home.path });
  expect([other.code, other.errors]).toEqual([1, expect.stringContaining('differs')]);
  const none = await runExecutable(['replay', home.path], { home: home.path });
  expect([none.code, none.errors]).toEqual([2, expect.stringContaining('is not a captured request')]);
});

it('captures no key and no token, also where a conversation holds one', async () => {
  await start('all');
  const token = emulator.credentials.social().accessToken;
  await ask(`My key is ${gateway.key}, and my sign-in Bearer ${token}, hush.`, 'one');
  await gateway.stop();
  const [folder = ''] = folders();
  const everything = readdirSync(join(home.path, folder)).map(file => read(folder, file));
  const used = emulator.requests.flatMap(({ headers }) => headers['authorization']?.slice(7) ?? []);
  expect(everything.join('\n')).toContain('hush.');
  for (const secret of [gateway.key, token, ...used]) expect(everything.join('\n')).not.toContain(secret);
});

it('keeps what became of images and documents, so that a replay asks the same without them', async () => {
  await start('all', { MEDIA_ALLOW_PRIVATE: 'true' });
  const server = createServer(({ url }, response) => {
    if (url === '/missing') response.writeHead(404).end();
    else response.end(url === '/words' ? pdfOf(['Words on paper']) : Buffer.from(onePixel, 'base64'));
  });
  const address = `http://127.0.0.1:${await listen(server)}`;
  const image = (path: string) => ({ type: 'image', source: { type: 'url', url: address + path } });
  const content = [image('/picture'), image('/missing'), { type: 'document', source: image('/words').source }];
  const body = { model: 'claude-sonnet-4.5', max_tokens: 99, messages: [{ role: 'user', content }] };
  const headers = { 'x-api-key': gateway.key };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  expect((await fetch(`${gateway.url}/v1/messages`, init)).status).toBe(200);
  await expect.poll(folders).toHaveLength(1);
  server.closeAllConnections();
  server.close();
  const [folder = ''] = folders();
  const asked = readdirSync(join(home.path, folder)).filter(file => /^upstream-\d+-request/.test(file));
  const sent = asked.map(file => read(folder, file)).join('');
  for (const part of ['Words on paper', '/missing was left out: the server answered 404', onePixel]) {
    expect(sent).toContain(part);
  }
  const replay = await runExecutable(['replay', join(home.path, folder)], { home: home.path });
  expect(replay.errors).toBe('The answer is the same, but for ids and times.\nThe question is the same.\n');
});

it('captures only what failed when told so, also inside a stream', async () => {
  await start('errors');
  await ask('Hi', 'good');
  emulator.next(['Hal', { cut: true }]);
  expect(await ask('Hi', 'broken')).toContain('event: error');
  emulator.next({ status: 400, body: { message: 'No.', reason: 'REQUEST_BODY_INVALID' } });
  await ask('Hi', 'refused', false);
  await expect.poll(() => folders().map(name => /Z-(\w+)-/.exec(name)?.[1])).toEqual(['broken', 'refused']);
  for (const folder of folders()) {
    const replay = await runExecutable(['replay', join(home.path, folder)], { home: home.path });
    expect([replay.code, replay.errors]).toEqual([0, expect.stringContaining('is the same')]);
  }
});

it('keeps requests apart that run at once, and only so many', async () => {
  await start('all', { DEBUG_KEEP: '7' });
  const texts = Array.from({ length: 20 }, (_, at) => `question number ${at}.`);
  await Promise.all(texts.map((text, at) => ask(text, `id-${at}`)));
  await gateway.stop();
  const kept = folders();
  expect(kept).toHaveLength(7);
  for (const folder of kept) {
    const own = texts[Number(/-id-(\d+)-/.exec(folder)?.[1])] ?? '';
    const asked = readdirSync(join(home.path, folder)).filter(file => /^upstream-\d+-request/.test(file));
    const all = ['client-request.txt', 'client-response.txt', ...asked].map(file => read(folder, file)).join('\n');
    expect(all.match(/question number \d+\./g)?.every(text => text === own)).toBe(true);
    expect(read(folder, 'client-request.txt')).toContain(own);
    expect(asked.map(file => read(folder, file)).join('')).toContain(own);
  }
});
