import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { ask, question, readFrames, readText, user } from './request.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

it('answers an inference call with the next scripted answer and remembers the request', async () => {
  emulator.next(['Good ', 'morning']);
  const response = await ask(emulator, { body: question(user('Hello')) });
  expect(await readFrames(response)).toEqual([
    'assistantResponseEvent {"content":"Good "}',
    'assistantResponseEvent {"content":"morning"}',
    'metadataEvent {"stopReason":"END_TURN"}',
    'contextUsageEvent {"contextUsagePercentage":1.25}',
    'meteringEvent {"unit":"credit","unitPlural":"credits","usage":0.0169}',
  ]);
  expect(emulator.violations).toEqual([]);
  expect(emulator.requests).toMatchObject([
    { operation: 'GenerateAssistantResponse', dialect: 'runtime', status: 200, body: question(user('Hello')) },
  ]);
});

it('says what it was asked when nobody scripted an answer', async () => {
  const text = await readText(await ask(emulator, { body: question(user('Be kind.\n\nHow are you?')) }));
  expect(text).toContain('"How are you?"');
  expect(text).toContain('1 message, 0 tools and 0 images');
});

it('checks the rules before it takes a script, which then stays for the next request', async () => {
  emulator.next(['scripted']);
  expect((await ask(emulator, { body: question(user('')) })).status).toBe(400);
  expect(await readText(await ask(emulator, { body: question(user('Hi')) }))).toBe('scripted');
});

it('takes scripts in order, then what stands for all others', async () => {
  emulator.next(['first'], ['second']);
  emulator.otherwise(request => (JSON.stringify(request.body).includes('special') ? ['third'] : undefined));
  const texts: string[] = [];
  for (const asked of ['special', 'special', 'special', 'plain']) {
    texts.push(await readText(await ask(emulator, { body: question(user(asked)) })));
  }
  expect(texts.slice(0, 3)).toEqual(['first', 'second', 'third']);
  expect(texts[3]).toContain('You asked: "plain"');
  emulator.otherwise(['always']);
  expect(await readText(await ask(emulator, { body: question(user('Hi')) }))).toBe('always');
});

it('forgets requests, violations and scripts, but no tokens', async () => {
  const { accessToken } = emulator.credentials.social();
  emulator.next(['scripted']);
  await ask(emulator, { body: question(user('')), accessToken });
  emulator.reset();
  expect([emulator.requests.length, emulator.violations.length]).toEqual([0, 0]);
  expect(await readText(await ask(emulator, { body: question(user('Hi')), accessToken }))).not.toBe('scripted');
});

it('gives every request an id and keeps its bytes', async () => {
  const first = JSON.stringify(question(user('Größe')));
  const response = await ask(emulator, { body: first });
  expect(response.headers.get('x-amzn-requestid')).toBe(emulator.requests[0]?.id);
  expect(Buffer.from(emulator.requests[0]?.raw ?? []).toString()).toBe(first);
});

it('remembers no more requests than it is told to, and checks no rules when it is told so', async () => {
  const other = await startEmulator({ remember: 2, enforce: false, checkTokens: false });
  other.otherwise(['Hello']);
  for (const text of ['a', '', 'c']) {
    const response = await ask(other, { body: question(user(text)), accessToken: 'any' });
    expect(response.status).toBe(200);
  }
  expect(other.requests.length).toBe(2);
  expect(other.violations).toEqual([]);
  await other.close();
});
