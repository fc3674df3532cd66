import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../src/emulator/emulator.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { apis, ask, post } from './apis.ts';
import { useGateway } from './use-gateway.ts';

const { emulator, gateway } = useGateway({ BASE_RETRY_DELAY: '0.001' });

const asked = (): readonly SeenRequest[] =>
  emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse');
const sent = (at: number): string => JSON.stringify(asked().at(at)?.body);

const oslo = { tool: 'weather', input: { city: 'Oslo' } };
const rome = { tool: 'weather', input: { city: 'Rome' } };
const osloCall = { name: 'weather', input: { city: 'Oslo' } };

describe.each(apis.map(api => [api.name, api] as const))('what the service does not have, in %s', (name, api) => {
  const stopOf = { messages: 'tool_use', chat: 'tool_calls', responses: 'completed' }[name];

  it('tools that must not be called are not declared', async () => {
    emulator.next(['No.']);
    expect(await ask(gateway, api, { text: 'Hi', tools: ['weather'], choice: 'none' })).toMatchObject({ text: 'No.' });
    expect(sent(-1)).not.toContain('toolSpecification');
  });

  it.each([
    ['some tool', 'required'],
    ['one tool', { tool: 'weather' }],
  ] as const)('%s that must be called is asked for once more', async (_, choice) => {
    emulator.next(['I would rather talk.'], [oslo]);
    const told = await ask(gateway, api, { text: 'Hi', tools: ['weather', 'time'], choice });
    expect(told).toMatchObject({ text: '', calls: [osloCall], stop: stopOf });
    expect(asked()).toHaveLength(2);
    expect(sent(0)).toContain('You must call');
    expect(sent(0).includes('"name":"time"')).toBe(choice === 'required');
  });

  it('one call at a time is the first one', async () => {
    emulator.next([oslo, rome]);
    expect((await ask(gateway, api, { text: 'Hi', tools: ['weather'], oneCall: true })).calls).toEqual([osloCall]);
    emulator.next([oslo, rome]);
    expect((await ask(gateway, api, { text: 'Hi', tools: ['weather'] })).calls).toHaveLength(2);
  });

  it('an answer in a schema is checked, asked for once more and given as text', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, degrees: { type: 'integer', minimum: -90 } },
      required: ['city', 'degrees'],
      additionalProperties: false,
    };
    emulator.next(
      [{ tool: 'final_answer', input: { city: 'Oslo', degrees: 'cold' } }],
      ['Here: ', { tool: 'final_answer', input: { city: 'Oslo', degrees: -4 } }],
    );
    const told = await ask(gateway, api, { text: 'Hi', schema });
    expect(JSON.parse(told.text)).toEqual({ city: 'Oslo', degrees: -4 });
    expect(told).toMatchObject({
      calls: [],
      stop: { messages: 'end_turn', chat: 'stop', responses: 'completed' }[name],
    });
    expect(asked()).toHaveLength(2);
  });

  it('a limit of tokens goes where the model takes one, and is told as ignored elsewhere', async () => {
    emulator.next(['Hi.'], ['Hi.']);
    const limit = { messages: 'max_tokens', chat: 'max_completion_tokens', responses: 'max_output_tokens' }[name];
    const told = await ask(gateway, api, { text: 'Hi', model: 'claude-sonnet-4.5', maxTokens: 2000 });
    expect(told.ignored).toBe(limit);
    expect(sent(-1)).not.toContain('2000');
    expect((await ask(gateway, api, { text: 'Hi', model: 'claude-sonnet-5', maxTokens: 2000 })).ignored).toBe('');
    expect(sent(-1)).toContain('"max_tokens":2000');
  });

  it('a call that was cut is not delivered, and the next request says so to the model, once', async () => {
    emulator.next([{ ...oslo, stop: false }, { end: true }], ['Smaller, then.'], ['Fine.']);
    const cut = await ask(gateway, api, { text: 'Write', tools: ['weather'] });
    expect(cut).toMatchObject({
      calls: [],
      stop: { messages: 'max_tokens', chat: 'length', responses: 'max_output_tokens' }[name],
    });
    const before = [{ text: 'Write', answer: cut.answer }];
    await ask(gateway, api, { text: 'Go on', tools: ['weather'], before });
    expect(sent(-1)).toMatch(/cut off while you were calling weather/);
    await ask(gateway, api, { text: 'Go on', tools: ['weather'], before });
    expect(sent(-1)).not.toContain('cut off');
  });

  it('signed and redacted thoughts come back to their model unchanged, and to no other', async () => {
    const think = 'on';
    emulator.next(
      [{ reasoning: ['Let me ', 'see.'], signature: 'c2lnbmVk' }, oslo],
      [{ redacted: 'c2VjcmV0' }, 'Cold.'],
      ['Yes.'],
      ['Yes.'],
    );
    const tools = ['weather'];
    const model = 'claude-sonnet-5';
    const first = await ask(gateway, api, { text: 'Weather?', tools, think, model });
    expect(first).toMatchObject({ thought: 'Let me see.', calls: [osloCall] });
    const one = { text: 'Weather?', answer: first.answer, results: { weather: '-4' } };
    const second = await ask(gateway, api, { text: 'So?', tools, think, model, before: [one] });
    const before = [one, { text: 'So?', answer: second.answer }];
    await ask(gateway, api, { text: 'Sure?', tools, think, model, before });
    const signed = '"reasoningContent":{"reasoningText":{"text":"Let me see.","signature":"c2lnbmVk"}}';
    for (const at of [1, 2]) expect(sent(at)).toContain(signed);
    expect(sent(2)).toContain('"reasoningContent":{"redactedContent":"c2VjcmV0"}');
    await ask(gateway, api, { text: 'Sure?', tools, think, model: 'claude-opus-5', before });
    expect(sent(3)).not.toContain('reasoningContent');
    expect(sent(3)).toContain('Cold.');
  });
});

describe.each(apis.slice(0, 2).map(api => [api.name, api] as const))('stop sequences, in %s', (name, api) => {
  it('end the answer before them, wherever the service cuts them', async () => {
    emulator.next({ steps: [{ chunks: ['One. E', 'N', 'D. Two.'] }], write: 'frame' });
    const told = await ask(gateway, api, { text: 'Hi', stop: ['END', '###'] });
    expect([told.text, told.stop]).toEqual(['One. ', name === 'messages' ? 'stop_sequence' : 'stop']);
    if (name === 'messages') expect(told.answer.stop_sequence).toBe('END');
  });
});

describe.each([
  ['as_reasoning_content', 'A plan.', 'Done.'],
  ['remove', '', 'Done.'],
  ['strip_tags', '', 'A plan.\n\n\nDone.'],
  ['pass', '', '<thinking>\nA plan.\n</thinking>\n\nDone.'],
])('thinking by tags, handled as %s', (handling, thought, text) => {
  let always: RunningGateway;

  beforeAll(async () => {
    const env = {
      KIRO_API_KEY: emulator.credentials.apiKey().accessToken,
      FAKE_REASONING: 'true',
      FAKE_REASONING_HANDLING: handling,
      FAKE_REASONING_MAX_TOKENS: '1234',
      TRUNCATION_RECOVERY: 'off',
    };
    always = await startGateway({ emulator, env });
  });
  afterAll(async () => expect(await always.stop()).toBe(0));

  it.each(apis.map(api => [api.name, api] as const))('is the same in %s', async (_, api) => {
    emulator.otherwise([{ chunks: ['<thin', 'king>\nA plan.\n</think', 'ing>\n\nDone.'] }]);
    const told = await ask(always, api, { text: 'Hi' });
    expect([told.thought, told.text].map(words => words.trim())).toEqual([thought, text]);
    expect(sent(-1)).toContain('<max_thinking_length>1234</max_thinking_length>');
    // Asked for without the setting, and refused with it; never where a model thinks by itself.
    await ask(gateway, api, { text: 'Hi', think: 'on' });
    expect(sent(-1)).toContain('<thinking_mode>enabled');
    await ask(gateway, api, { text: 'Hi' });
    expect(sent(-1)).not.toContain('<thinking_mode>');
    await ask(always, api, { text: 'Hi', think: 'off' });
    expect(sent(-1)).not.toContain('<thinking_mode>');
    await ask(always, api, { text: 'Hi', model: 'claude-sonnet-5' });
    expect(sent(-1)).not.toContain('<thinking_mode>');
  });

  it.each(apis.map(api => [api.name, api] as const))(
    'says nothing of cut calls where that is switched off, in %s',
    async (_, api) => {
      emulator.next([{ ...oslo, stop: false }, { end: true }], ['Fine.']);
      const cut = await ask(always, api, { text: 'Write', tools: ['weather'] });
      await ask(always, api, { text: 'Go on', tools: ['weather'], before: [{ text: 'Write', answer: cut.answer }] });
      expect(sent(-1)).not.toContain('cut off');
    },
  );
});

describe('a hundred deferred tools', () => {
  it('are held back, searched by the gateway and called by the client', async () => {
    const tools = Array.from({ length: 100 }, (_, index) => ({
      name: `tool_${index}`,
      description: index === 42 ? 'Turns the lamp in the kitchen on.' : `Does thing ${index}.`,
      input_schema: { type: 'object', properties: { city: { type: 'string' } } },
      defer_loading: true,
    }));
    const messages = [{ role: 'user', content: 'Light, please.' }];
    const body = { model: 'claude-sonnet-4.5', max_tokens: 100, messages, tools };
    const search = { tool: 'tool_search', input: { query: 'kitchen lamp' } };
    for (const stream of [false, true]) {
      emulator.reset();
      emulator.next([search], [{ tool: 'tool_42', input: { city: 'Oslo' } }]);
      const answer = await (await post(gateway, '/v1/messages', { ...body, stream })).text();
      expect(answer).toContain('tool_42');
      expect(answer).toContain('"stop_reason":"tool_use"');
      expect(answer).not.toContain('tool_search');
      const declared = (at: number): readonly string[] =>
        [...sent(at).matchAll(/"toolSpecification":\{"name":"(\w+)"/g)].map(([, name = '']) => name);
      expect([declared(0), declared(1)]).toEqual([['tool_search'], expect.arrayContaining(['tool_42', 'tool_search'])]);
    }
  });
});

describe('what would change the meaning of the answer', () => {
  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
  ])('is refused: %s', async (param, fields) => {
    const body = { model: 'claude-sonnet-4.5', messages: [{ role: 'user', content: 'Hi' }], ...fields };
    const response = await post(gateway, '/v1/chat/completions', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
    expect(asked()).toEqual([]);
  });

  it('is an object where one is wanted', async () => {
    emulator.next(['No object.'], [{ tool: 'final_answer', input: { answer: { a: 1 } } }]);
    const body = { model: 'claude-sonnet-4.5', messages: [{ role: 'user', content: 'Hi' }] };
    const response = await post(gateway, '/v1/chat/completions', { ...body, response_format: { type: 'json_object' } });
    const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ a: 1 });
  });
});
