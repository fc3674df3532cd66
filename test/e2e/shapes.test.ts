import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { checkChatStream } from '../support/chat-stream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { post } from './apis.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  gateway = await startGateway({ emulator, env: { KIRO_API_KEY: emulator.credentials.apiKey().accessToken } });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  expect(emulator.violations).toEqual([]);
  await emulator.close();
});

const model = 'claude-sonnet-4.5';
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const hi = { role: 'user', content: 'Hi' };
const use = (id: string, city: string): object => ({ type: 'tool_use', id, name: 'weather', input: { city } });
const call = (id: string, city: string): object => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
});
const tools = [{ type: 'function', function: { name: 'weather', parameters } }];

const shapes: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'Cursor: flat tools and Anthropic blocks in chat messages',
    {
      tools: [{ name: 'weather', description: 'Tells.', input_schema: parameters }],
      messages: [
        hi,
        { role: 'assistant', content: [use('toolu_1', 'Oslo')] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Cold' }] },
      ],
    },
    ['"toolUses":[{"toolUseId":"toolu_1","name":"weather","input":{"city":"Oslo"}}]', '"content":[{"text":"Cold"}]'],
  ],
  [
    'Cursor: a body of the Responses API, empty content on turns with calls',
    {
      tools: [{ type: 'function', name: 'weather', parameters }],
      input: [
        hi,
        { role: 'assistant', content: [], tool_calls: [call('c1', 'Oslo')] },
        { type: 'function_call_output', call_id: 'c1', output: 'Cold' },
        { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{"city":"Rome"}' },
        { type: 'function_call_output', call_id: 'c2', output: 'Warm' },
      ],
    },
    ['"toolUseId":"c1"', '"text":"Cold"', '"city":"Rome"', '"text":"Warm"'],
  ],
  [
    'Codex 0.80: a message between calls and results',
    {
      tools,
      messages: [
        { role: 'developer', content: 'Be kind.' },
        hi,
        { role: 'assistant', content: null, tool_calls: [call('c1', 'Oslo')] },
        { role: 'assistant', content: 'Looking.' },
        { role: 'tool', tool_call_id: 'c1', content: 'Cold' },
      ],
    },
    ['Be kind.', '"content":"Looking.","toolUses":[{"toolUseId":"c1"', '"text":"Cold"'],
  ],
  [
    'Mastra: calls of several rounds in one message',
    {
      tools,
      messages: [
        hi,
        { role: 'assistant', content: 'Both.', tool_calls: [call('c1', 'Oslo'), call('c2', 'Rome')] },
        { role: 'tool', tool_call_id: 'c2', content: 'Warm' },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Cold' }] },
      ],
    },
    ['"toolUseId":"c1","name":"weather"', '"toolUseId":"c2","name":"weather"', '"text":"Warm"', '"text":"Cold"'],
  ],
  [
    'calls without an answer, answers without a call, broken arguments',
    {
      tools,
      messages: [
        hi,
        { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: '{"city":"Os' } }] },
        { role: 'user', content: 'Never mind.' },
        { role: 'tool', tool_call_id: 'gone', content: 'A late word' },
      ],
    },
    ['"input":{"city":"Os"}', 'its result was never given', 'Never mind.', 'A late word'],
  ],
];

describe('shapes of chat requests that real programs send', () => {
  it.each(shapes)('%s', async (_, body, expected) => {
    emulator.next(['Fine.'], ['Fine.']);
    const whole = await post(gateway, '/v1/chat/completions', { model, ...body });
    expect(whole.status, await whole.clone().text()).toBe(200);
    const sent = JSON.stringify(emulator.requests.at(-1)?.body);
    for (const words of expected) expect(sent).toContain(words);
    const streamed = await post(gateway, '/v1/chat/completions', { model, ...body, stream: true });
    expect(checkChatStream(await streamed.text()).problems).toEqual([]);
  });

  it('functions from before there were tools, streamed and whole', async () => {
    const body = {
      model,
      functions: [{ name: 'weather', parameters }],
      messages: [
        hi,
        { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{"city":"Oslo"}' } },
        { role: 'function', name: 'weather', content: 'Cold' },
      ],
    };
    const rome = { tool: 'weather', input: { city: 'Rome' } };
    emulator.next([rome], [rome]);
    const whole = (await (await post(gateway, '/v1/chat/completions', body)).json()) as object;
    const called = { name: 'weather', arguments: '{"city":"Rome"}' };
    expect(whole).toMatchObject({ choices: [{ message: { function_call: called }, finish_reason: 'function_call' }] });
    const sent = JSON.stringify(emulator.requests.at(-1)?.body);
    expect(sent).toMatch(/"toolUses":\[\{"toolUseId":"[\w-]+","name":"weather","input":\{"city":"Oslo"\}\}\]/);
    expect(sent).toContain('"text":"Cold"');
    const text = await (await post(gateway, '/v1/chat/completions', { ...body, stream: true })).text();
    expect(checkChatStream(text)).toMatchObject({
      problems: [],
      message: { function_call: called },
      finishReason: 'function_call',
    });
  });
});
