import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, type ScriptedAnswer, startEmulator } from '../../src/emulator/emulator.ts';
import { headersOf, startImpatient } from '../chaos/gateway.ts';
import type { RunningGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;
beforeEach(async () => {
  emulator = await startEmulator();
  gateway = await startImpatient(emulator);
});
afterEach(async () => {
  expect(gateway.errors()).not.toContain('nobody caught');
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

async function ask(): Promise<[number, string]> {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: headersOf(gateway),
    body: JSON.stringify({ model: 'claude-sonnet-4.5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  return [response.status, await response.text()];
}

const faults: readonly (readonly [string, ScriptedAnswer])[] = [
  ['fails', { status: 500, body: { message: 'Broken.' } }],
  ['is refused', { status: 403, body: { message: 'No.', reason: 'FEATURE_NOT_SUPPORTED' } }],
  ['must slow down', { status: 429, body: { message: 'Slow.', retryAfterMilliseconds: 5 } }],
  ['answers nonsense', { status: 200, body: '<html>' }],
  ['answers nothing', { status: 200, body: '' }],
  ['answers another form', { status: 200, body: [null, 7] }],
  ['breaks off', [{ cut: true }]],
];

describe('an answer comes all the same', () => {
  it.each(faults)('where the list of models %s', async (_, answer) => {
    emulator.nextFor('ListAvailableModels', answer, answer, answer, answer);
    expect(await ask()).toEqual([200, expect.stringContaining('"end_turn"')]);
  });
});

describe('a renewal of the sign-in', () => {
  // One that is refused stays so for a while: asking again and again would not help.
  const passing = faults.filter(([name]) => ['fails', 'answers nonsense', 'breaks off'].includes(name));
  it.each(passing)('that %s is said as what it is, and made up for later', async (_, answer) => {
    emulator.nextFor('refreshToken', answer, answer);
    const [status, text] = await ask();
    expect([401, 429, 502, 503, 504], text).toContain(status);
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    await expect.poll(async () => (await ask())[0], { interval: 600 }).toBe(200);
  });
});
