import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, type Step, startEmulator } from '../../src/emulator/emulator.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken, BASE_RETRY_DELAY: '0.01' };
  gateway = await startGateway({ emulator, env });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

const steps: readonly Step[] = [
  { reasoning: ['Hm, ', 'let me see… 思考'], signature: 'c2lnbmVk' },
  { chunks: ['Grüße, ', '世界 ', '👩‍👩‍👧 ', 'done.'] },
  { tool: 'look', id: 'tooluse_1', input: { where: 'über 🌍', deep: [1, { a: null }] }, fragments: 5 },
];

async function ask(path: string, stream: boolean): Promise<string> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({
      model: 'claude-sonnet-4.5',
      max_tokens: 1000,
      stream,
      messages: [{ role: 'user', content: 'Hi' }],
      thinking: { type: 'enabled', budget_tokens: 1024 },
      tools: path.endsWith('messages')
        ? [{ name: 'look', input_schema: { type: 'object' } }]
        : [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
    }),
  });
  expect(response.status).toBe(200);
  return comparable(await response.text());
}

// Ids and times are made anew for every answer.
const comparable = (text: string): string =>
  text
    .replaceAll(/"(id|request_id)":"(msg|chatcmpl|req)[^"]*"/g, '"$1":"…"')
    .replaceAll(/"created":\d+/g, '"created":0');

describe.each(['/v1/messages', '/v1/chat/completions'])('however the network cuts, %s', path => {
  it.each([true, false])('gives the same bytes (stream: %s)', async stream => {
    emulator.next({ steps, write: 'whole' });
    const expected = await ask(path, stream);
    expect(expected).toContain('世界');
    expect(expected).toContain('über 🌍');
    for (const write of ['byte', 'frame', 2, 3, 7, 64] as const) {
      emulator.next({ steps, write });
      expect(await ask(path, stream), `cut by ${write}`).toBe(expected);
    }
  });

  it('notices a flipped byte and a missing end', async () => {
    for (const fault of [{ corrupt: 20 }, { corrupt: -10 }, { truncate: -3 }, { truncate: 150 }]) {
      // Always: what fails before any output is asked again unseen.
      emulator.otherwise({ steps, ...fault });
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}` },
        body: JSON.stringify({
          model: 'auto',
          max_tokens: 9,
          stream: true,
          messages: [{ role: 'user', content: 'Hi' }],
        }),
      });
      expect(`${response.status} ${await response.text()}`, JSON.stringify(fault)).toMatch(/"error"/);
    }
    emulator.otherwise(undefined);
  });
});
