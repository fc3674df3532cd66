import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, type Step, type StreamAnswer, startEmulator } from '../../src/emulator/emulator.ts';
import { playStream } from '../../src/emulator/play.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  // What is broken is not asked again: every answer that was scripted is seen.
  const env = {
    KIRO_API_KEY: emulator.credentials.apiKey().accessToken,
    MAX_RETRIES: '0',
    FIRST_TOKEN_MAX_RETRIES: '0',
  };
  gateway = await startGateway({ emulator, env });
});
afterAll(async () => {
  expect(emulator.violations).toEqual([]);
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

const steps: readonly Step[] = [
  { reasoning: ['Hm, ', 'let me see… 思考'], signature: 'c2lnbmVk' },
  { chunks: ['Grüße, ', '世界 ', '👩‍👩‍👧 ', 'done.'] },
  { tool: 'look', id: 'tooluse_1', input: { where: 'über 🌍', deep: [1, { a: null }] }, fragments: 5 },
];

const parameters = { type: 'object' };
const bodies: Readonly<Record<string, object>> = {
  '/v1/messages': {
    max_tokens: 4000,
    messages: [{ role: 'user', content: 'Hi' }],
    thinking: { type: 'enabled', budget_tokens: 1024 },
    tools: [{ name: 'look', input_schema: parameters }],
  },
  '/v1/chat/completions': {
    messages: [{ role: 'user', content: 'Hi' }],
    reasoning_effort: 'high',
    stream_options: { include_usage: true },
    tools: [{ type: 'function', function: { name: 'look', parameters } }],
  },
  '/v1/responses': {
    input: 'Hi',
    reasoning: { effort: 'high', summary: 'auto' },
    tools: [{ type: 'function', name: 'look', parameters }],
  },
};

async function ask(path: string, stream: boolean): Promise<string> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model: 'claude-sonnet-4.5', stream, ...bodies[path] }),
  });
  return `${response.status} ${comparable(await response.text())}`;
}

// Ids and times are made anew for every answer.
const comparable = (text: string): string =>
  text
    .replaceAll(/"(id|item_id|request_id|call_id)":"(msg|chatcmpl|req|resp|rs|fc)_?[^"]*"/g, '"$1":"…"')
    .replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":0');

const short: StreamAnswer = { steps: ['Hi.'] };
/** Where the frames of the short answer end. */
const ends = playStream({ ...short, write: 'frame' })
  .map(act => (typeof act === 'object' && 'bytes' in act ? act.bytes.length : 0))
  .map((_, at, lengths) => lengths.slice(0, at + 1).reduce((sum, length) => sum + length, 0));
const total = ends.at(-1) ?? 0;
const failed = /^[45]\d\d |"error":\{|event: error/;
/** An error, or an answer that calls itself unfinished. */
const noticed =
  /^[45]\d\d |"error":\{|event: error|"stop_reason":"max_tokens"|"finish_reason":"length"|response\.incomplete/;

describe.each(Object.keys(bodies))('whatever the network does, %s', path => {
  it.each([true, false])('gives the same bytes however they are cut (stream: %s)', async stream => {
    emulator.next({ steps, write: 'whole' });
    const expected = await ask(path, stream);
    expect(expected).toMatch(/^200 /);
    expect(expected).toContain('世界');
    expect(expected).toContain('über 🌍');
    for (const write of ['byte', 'frame', 2, 3, 7, 64] as const) {
      emulator.next({ steps, write });
      expect(await ask(path, stream), `cut by ${write}`).toBe(expected);
    }
  });

  it('is not silent about any byte that was changed', async () => {
    expect(await ask(path, true)).not.toMatch(noticed);
    for (let corrupt = 0; corrupt < total; corrupt += 1) {
      emulator.otherwise({ ...short, corrupt });
      expect(await ask(path, true), `byte ${corrupt} of ${total}`).toMatch(failed);
    }
    emulator.otherwise(undefined);
  });

  it('is not silent about an end anywhere before the end', async () => {
    const unnoticed: number[] = [];
    for (let truncate = 0; truncate < total; truncate += 1) {
      emulator.otherwise({ ...short, truncate });
      const answer = await ask(path, true);
      if (!noticed.test(answer)) unnoticed.push(truncate);
      else if (!ends.includes(truncate)) expect(answer, `after ${truncate} of ${total}`).toMatch(failed);
    }
    emulator.otherwise(undefined);
    // Some hosts leave out what follows the stop reason, so an end there is one.
    expect(unnoticed).toEqual(ends.slice(-3, -1));
  });
});
