import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, collect, type Delta } from '../../src/core/assemble.ts';
import type { AnswerBlock, ChatResult, JsonObject, StopReason, Usage } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import { createCalls } from '../../src/kiro/answer/calls.ts';
import { type AnswerContext, readAnswer } from '../../src/kiro/answer.ts';
import { encodeFrame } from '../../src/wire/eventstream.ts';
import { cutAt, fixtureBytes, fixtureNames } from '../support/fixture.ts';

const schema = (...names: readonly string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(names.map(name => [name, { type: 'string' }])),
});
const schemas = new Map([
  ['read_file', schema('path')],
  ['write_file', schema('path', 'content')],
  ['list_files', schema('dir')],
]);
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function contextOf(more: Partial<AnswerContext> = {}): AnswerContext {
  let ids = 0;
  return {
    modelId: 'model-x',
    schemas,
    clientNames: new Map(),
    stop: [],
    parallelTools: true,
    maxInputTokens: 200_000,
    countTokens: text => text.length,
    newId: () => `made_${++ids}`,
    log: silent,
    ...more,
  };
}

interface Reading {
  readonly deltas: readonly Delta[];
  readonly failure: unknown;
}

const read = (name: string, more: Partial<AnswerContext> = {}, cuts: readonly number[] = []): Promise<Reading> =>
  readCut(fixtureBytes(name), more, cuts);

async function readCut(
  bytes: Uint8Array,
  more: Partial<AnswerContext> = {},
  cuts: readonly number[] = [],
): Promise<Reading> {
  const deltas: Delta[] = [];
  try {
    for await (const batch of readAnswer(cutAt(bytes, cuts), contextOf(more))) deltas.push(...batch);
  } catch (failure) {
    return { deltas, failure };
  }
  return { deltas, failure: undefined };
}

async function readAll(bytes: Uint8Array, more: Partial<AnswerContext>): Promise<readonly Delta[]> {
  const { deltas, failure } = await readCut(bytes, more);
  if (failure !== undefined) throw failure;
  return deltas;
}

const failureOf = async (bytes: Uint8Array): Promise<unknown> => (await readCut(bytes)).failure;

const eventFrame = (payload: unknown, name = 'assistantResponseEvent'): Uint8Array =>
  encodeFrame(
    { ':message-type': 'event', ':event-type': name },
    typeof payload === 'string' ? payload : JSON.stringify(payload),
  );

async function resultOf(name: string, more: Partial<AnswerContext> = {}): Promise<ChatResult> {
  const { deltas, failure } = await read(name, more);
  if (failure !== undefined) throw failure;
  async function* batches(): AsyncIterable<readonly Delta[]> {
    yield deltas;
  }
  return collect(assemble(batches(), { id: 'a', model: 'm', createdAt: 0 }, 111));
}

const text = (content: string): AnswerBlock => ({ type: 'text', text: content });
const call = (id: string, name: string, input: JsonObject, json = JSON.stringify(input)): AnswerBlock => ({
  type: 'tool-call',
  id,
  name,
  input,
  json,
});
const thought = (content: string, signature?: string): AnswerBlock => ({
  type: 'reasoning',
  text: content,
  ...(signature === undefined ? {} : { signature: `model-x:${signature}` }),
});
const redacted = (data: string): AnswerBlock => ({ type: 'reasoning', text: '', redacted: `model-x:${data}` });

const expected: Readonly<Record<string, readonly [readonly AnswerBlock[], StopReason, Partial<AnswerContext>?]>> = {
  text: [[text('Hello, world.')], 'end'],
  'text-repeated-pieces': [[text('hahaha!')], 'end'],
  'text-unicode': [[text('Grüße aus 東京 👩‍👩‍👧 and é\u0301, \u2028line')], 'end'],
  'text-with-model-id': [[text('One two')], 'end'],
  'text-without-metadata-event': [[text('Some hosts leave the first of the three out.')], 'end'],
  'token-usage': [[text('Counted by the service.')], 'end'],
  'numbers-as-floats': [[text('Numbers.')], 'end'],
  'reasoning-signed': [[thought('The user wants a greeting.', 'EqQBCkYIBhgCKkDsigned=='), text('Hello!')], 'end'],
  'reasoning-unsigned': [[thought('Thinking aloud.'), text('Done.')], 'end'],
  'reasoning-redacted': [[redacted('UmVkYWN0ZWQgdGhvdWdodA=='), text('I may not say how I know.')], 'end'],
  'reasoning-before-tool': [
    [
      thought('I need the file.', 'EtcBsigned'),
      text('Let me look.'),
      call('tooluse_r1', 'read_file', { path: 'a.txt' }),
    ],
    'tool',
  ],
  'reasoning-late-encrypted': [
    [text('I will read it.'), call('call_9f', 'read_file', { path: 'b.txt' }), redacted('Z3B0LWVuY3J5cHRlZA==')],
    'tool',
  ],
  'tool-fragments': [
    [
      text('Looking.'),
      call('tooluse_1', 'read_file', { path: 'src/main.ts', limit: 20 }, '{"path": "src/main.ts", "limit": 20}'),
    ],
    'tool',
  ],
  'tool-stop-reason-lies': [[call('tooluse_2', 'read_file', { path: 'x' })], 'tool'],
  'tool-without-input': [[call('tooluse_3', 'list_files', {})], 'tool'],
  'tool-object-input': [[call('tooluse_4', 'write_file', { path: 'a', content: 'line\n"quoted"' })], 'tool'],
  'tool-in-one-frame': [[call('tooluse_5', 'read_file', { path: 'one' })], 'tool'],
  'tools-parallel': [
    [text('Both.'), call('tooluse_a', 'read_file', { path: 'a' }), call('tooluse_b', 'read_file', { path: 'b' })],
    'tool',
  ],
  'tools-interleaved': [
    [call('tooluse_b', 'list_files', { dir: 'src' }), call('tooluse_a', 'read_file', { path: 'a' })],
    'tool',
  ],
  'tool-phantom': [[call('tooluse_p', 'read_file', { path: 'real' })], 'tool'],
  'tool-cut-in-arguments': [[text('Writing it.')], 'length'],
  'tool-cut-without-ending': [[], 'length'],
  'tool-stopped-with-broken-arguments': [[], 'length'],
  'tool-whole-then-cut': [[call('tooluse_e', 'read_file', { path: 'a' })], 'length'],
  'text-after-tool': [[call('tooluse_g', 'read_file', { path: 'a' }), text('I have asked for it.')], 'tool'],
  'text-cut': [[text('This sentence was going to be longer than')], 'length'],
  'stop-max-tokens': [[text('As long as it may be')], 'length'],
  'stop-context-window': [[text('No room')], 'context'],
  'stop-filtered': [[text("I can't help ")], 'refusal'],
  'stop-filtered-empty': [[], 'refusal'],
  'stop-pause': [[text('A moment.')], 'pause'],
  'stop-unknown-reason': [[text('Fine.')], 'end'],
  'unknown-events': [[text('Known text.')], 'end'],
  'code-event': [[text('Here:\nprint(1)')], 'end'],
  'leaked-invoke': [[text('I will read it.\n'), call('made_1', 'read_file', { path: 'a.txt' })], 'tool'],
  'leaked-bracket': [[text('Let me check. '), call('made_1', 'read_file', { path: 'b[1].txt' })], 'tool'],
  'leaked-of-unknown-tool': [
    [text('One writes <invoke name="rm"><parameter name="path">/</parameter></invoke> to call it.')],
    'end',
  ],
  'leaked-incomplete': [[text('Before <invoke name="read_file"><parameter name="path">a.txt')], 'end'],
  'thinking-tags': [[thought('First, a plan.'), text('The answer.')], 'end', { thinking: 'as_reasoning_content' }],
  'thinking-tags-unclosed': [[thought('Still thinking')], 'length', { thinking: 'as_reasoning_content' }],
  'thinking-tags-in-line': [
    [text('The tag is written <thinking> in the middle of a line.')],
    'end',
    { thinking: 'as_reasoning_content' },
  ],
  empty: [[], 'end'],
};

const failures: Readonly<Record<string, readonly [kind: ChatError['kind'], code: string, said: string]>> = {
  'exception-throttling': ['rate', 'USER_REQUEST_RATE_EXCEEDED', 'It begins '],
  'exception-at-once': ['overloaded', 'INSUFFICIENT_MODEL_CAPACITY', ''],
  'exception-overflow': ['overflow', 'CONTENT_LENGTH_EXCEEDS_THRESHOLD', ''],
  'error-frame': ['upstream', 'InternalServerError', 'Half an '],
  'invalid-state': ['upstream', 'INVALID_TASK_ASSIST_PLAN', 'Then '],
};

describe('reading an answer', () => {
  it('knows every fixture', () => {
    expect([...Object.keys(expected), ...Object.keys(failures)].sort()).toEqual(fixtureNames);
  });

  it.each(Object.entries(expected))('reads %s', async (name, [content, stop, more = {}]) => {
    const result = await resultOf(name, more);
    expect(result.content).toEqual(content);
    expect(result.stop).toBe(stop);
  });

  it.each(Object.entries(failures))('fails on %s, after what came before', async (name, [kind, code, said]) => {
    const { deltas, failure } = await read(name);
    expect(failure).toBeInstanceOf(ChatError);
    expect(failure).toMatchObject({ kind, code });
    expect(deltas.map(delta => (delta.type === 'text' ? delta.text : '')).join('')).toBe(said);
  });

  it('gives the same deltas however the network cuts the bytes', async () => {
    const whole = new Map<string, Reading>();
    const variants: readonly Partial<AnswerContext>[] = [
      {},
      { thinking: 'as_reasoning_content', stop: ['an', 'longer', '</thinking>'] },
      { thinking: 'strip_tags', parallelTools: false },
    ];
    for (const name of fixtureNames) {
      for (const [at, more] of variants.entries()) whole.set(`${name} ${at}`, await read(name, more));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fixtureNames),
        fc.nat(variants.length - 1),
        fc.array(fc.nat(100_000), { maxLength: 40 }),
        async (name, at, cuts) => {
          const reading = await read(name, variants[at], cuts);
          expect(reading.deltas).toEqual(whole.get(`${name} ${at}`)?.deltas);
          expect(String(reading.failure)).toBe(String(whole.get(`${name} ${at}`)?.failure));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('notices every truncation of the bytes', async () => {
    const bytes = fixtureBytes('tool-fragments');
    for (let length = 0; length < bytes.length; length += 1) {
      const deltas: Delta[] = [];
      let failure: unknown;
      try {
        for await (const batch of readAnswer(cutAt(bytes.subarray(0, length)), contextOf())) {
          deltas.push(...batch);
        }
      } catch (thrown) {
        failure = thrown;
      }
      const stop = deltas.findLast(delta => delta.type === 'stop');
      const ended = stop?.type === 'stop' && stop.reason !== 'length';
      // Only within the ending is what the client is told already certain.
      if (ended) expect(length).toBeGreaterThan(bytes.length - 300);
      else expect(failure !== undefined || stop?.reason === 'length').toBe(true);
    }
  });

  it('notices every flipped bit', async () => {
    const bytes = fixtureBytes('text');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const reading = (async () => {
        for await (const _ of readAnswer(cutAt(changed), contextOf()));
      })();
      // Once is enough to say it.
      const message = expect.stringMatching(/^(?!.*damaged.*damaged)The answer of Kiro arrived damaged: /);
      await expect(reading).rejects.toMatchObject({ kind: 'upstream', code: 'DAMAGED_STREAM', message });
    }
  });
});

describe('the usage of an answer', () => {
  const usageOf = async (name: string, more: Partial<AnswerContext> = {}): Promise<Usage> =>
    (await resultOf(name, more)).usage;

  it('is what the service counted, if it did', async () => {
    expect(await usageOf('token-usage')).toEqual({
      inputTokens: 9200,
      outputTokens: 7,
      cacheReadTokens: 7000,
      cacheWriteTokens: 1000,
      credits: 0.004,
    });
  });

  it('takes the input from the share of the window, which holds the answer too', async () => {
    // 4.2 % of 200 000, less the 13 letters of the answer.
    expect(await usageOf('text')).toEqual({ inputTokens: 8400 - 13, outputTokens: 13, credits: 0.0169 });
  });

  it('takes the estimate where there is neither, and invents no cache hits', async () => {
    expect(await usageOf('text-cut')).toEqual({ inputTokens: 111, outputTokens: 41 });
    expect(await usageOf('text', { maxInputTokens: undefined as never })).toMatchObject({ inputTokens: 111 });
  });

  it('does not take over numbers that nobody can have counted', async () => {
    for (const [name, payload] of [
      ['contextUsageEvent', { contextUsagePercentage: 1e308 }],
      ['metadataEvent', { tokenUsage: { uncachedInputTokens: 1e300, outputTokens: -1, cacheReadInputTokens: '7' } }],
      ['metadataEvent', { tokenUsage: { totalTokens: 3, outputTokens: 8 } }],
    ] as const) {
      const frames = [eventFrame({ content: 'Hi' }), eventFrame(payload, name)];
      const usage = (await readAll(Buffer.concat(frames), {})).find(delta => delta.type === 'usage')?.usage;
      // Left to the estimate.
      expect(usage, JSON.stringify(payload)).not.toHaveProperty('inputTokens');
      expect(usage?.outputTokens).toBeGreaterThan(0);
    }
    const whole = { tokenUsage: { uncachedInputTokens: 9.4, outputTokens: 2 } };
    const deltas = await readAll(eventFrame(whole, 'metadataEvent'), {});
    expect(deltas[0]).toMatchObject({ usage: { inputTokens: 9, outputTokens: 2 } });
  });

  it('counts reasoning and the arguments of calls as output', async () => {
    const { outputTokens, reasoningTokens } = await usageOf('reasoning-before-tool');
    expect(reasoningTokens).toBe('I need the file.'.length);
    expect(outputTokens).toBe('I need the file.Let me look.read_file{"path":"a.txt"}'.length);
  });
});

describe('text', () => {
  it('is what the service wrote, whatever letters it holds and whatever stands beside it', async () => {
    const point = fc.integer({ min: 0, max: 0x10ffff }).map(code => String.fromCodePoint(code));
    const unicode = fc.array(point, { maxLength: 8 }).map(points => points.join(''));
    const letters = fc.oneof(unicode, fc.string(), fc.constantFrom('"', '\\', '","modelId":"', '}'));
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 8 }), fc.boolean(), async (pieces, withModel) => {
        const wanted = ['x', ...pieces].map(piece => Buffer.from(piece).toString());
        const frames = wanted.map(content => eventFrame({ content, ...(withModel ? { modelId: 'x' } : {}) }));
        const deltas = await readAll(Buffer.concat(frames), { schemas: new Map() });
        expect(deltas.flatMap(delta => (delta.type === 'text' ? [delta.text] : []))).toEqual(wanted.filter(Boolean));
      }),
      { numRuns: 100 },
    );
  });

  it('that is no text, or no JSON, is not guessed at', async () => {
    expect(await failureOf(eventFrame({ content: 7 }))).toMatchObject({ code: 'EMPTY_ANSWER' });
    expect(await failureOf(eventFrame('{"content":"x"'))).toMatchObject({ code: 'UNREADABLE_EVENT' });
    expect(await failureOf(eventFrame('[]'))).toMatchObject({ code: 'UNREADABLE_EVENT' });
  });

  it('that looks like a call, in a code block, is an example', async () => {
    const call = '<invoke name="read_file"><parameter name="path">a</parameter></invoke>';
    for (const [pieces, calls] of [
      [['Write:\n``', '`xml\n', call, '\n```\n'], 0],
      [['```\nx\n```\n', call], 1],
      [['`inline` ', call], 1],
    ] as const) {
      const deltas = await readAll(Buffer.concat(pieces.map(content => eventFrame({ content }))), {});
      expect(deltas.filter(delta => delta.type === 'call')).toHaveLength(calls);
    }
  });

  it('that is a call is found however long it is and wherever it is cut', async () => {
    const long = 'line of the file\n'.repeat(60);
    const parameters = `<parameter name="path">a [b].txt</parameter>\n<parameter name="content">${long}</parameter>`;
    const call = `<invoke name="write_file">${parameters}</invoke>`;
    for (const [written, before, after] of [
      [call, '', ''],
      [`Now:${call}Done.`, 'Now:', 'Done.'],
      [`<function_calls>\n${call}\n</function_calls>`, '', ''],
      // The closing tag is often what the model stopped at.
      [`<function_calls>${call}\n`, '', ''],
      [`a < b, <invoke nothing> ${call}`, 'a < b, <invoke nothing> ', ''],
    ] as const) {
      for (const size of [1, 7, 5000]) {
        const pieces = written.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
        const deltas = await readAll(Buffer.concat(pieces.map(content => eventFrame({ content }))), {});
        const said = deltas.map(delta => (delta.type === 'text' ? delta.text : delta.type === 'call' ? '#' : ''));
        expect(said.join('')).toBe(`${before}#${after}`);
        expect(deltas.find(delta => delta.type === 'call')).toMatchObject({
          name: 'write_file',
          input: { path: 'a [b].txt', content: long },
        });
      }
    }
  });

  it('that is several calls, with values of every type, gives them in order', async () => {
    const typed: JsonObject = {
      type: 'object',
      properties: { text: { type: 'string' }, count: { type: 'integer' }, list: { type: 'array' } },
    };
    const written =
      '<function_calls><invoke name="t"><parameter name="text">5</parameter><parameter name="count">5</parameter>' +
      '<parameter name="list">["a"]</parameter></invoke>\n<invoke name="t">{"text":"json"}</invoke></function_calls>';
    const deltas = await readAll(eventFrame({ content: written }), { schemas: new Map([['t', typed]]) });
    expect(deltas.flatMap(delta => (delta.type === 'call' ? [delta.input] : []))).toEqual([
      { text: '5', count: 5, list: ['a'] },
      { text: 'json' },
    ]);
  });

  it.each([
    '[Called read_file with args: {"path": "a"} and more]',
    '[Called read_file with args: {"path": broken}]',
    '[Called somebody else with args: {}]',
    '<invoke name="read_file">words between</invoke>',
    '<invoke name="read_file">text <parameter name="path">a</parameter></invoke>',
    '<function_calls>nothing</function_calls>',
    '<function_calls></function_calls>',
  ])('that is no whole call stays text: %s', async content => {
    const deltas = await readAll(eventFrame({ content }), {});
    expect(deltas.some(delta => delta.type === 'call')).toBe(false);
    expect(deltas.map(delta => (delta.type === 'text' ? delta.text : '')).join('')).toBe(content);
  });

  it('that was held back is handed over when the answer breaks off', async () => {
    const { deltas, failure } = await readCut(Buffer.concat([eventFrame({ content: 'It is <inv' }), Buffer.from([1])]));
    expect(deltas).toEqual([
      { type: 'text', text: 'It is ' },
      { type: 'text', text: '<inv' },
    ]);
    expect(failure).toMatchObject({ code: 'DAMAGED_STREAM' });
  });
});

describe('calls', () => {
  it('come under the name that the client gave the tool', async () => {
    const result = await resultOf('tool-fragments', { clientNames: new Map([['read_file', 'fs.read file!']]) });
    expect(result.content[1]).toMatchObject({ name: 'fs.read file!' });
  });

  it('are only the first one where the client wants one at a time', async () => {
    const result = await resultOf('tools-parallel', { parallelTools: false });
    expect(result.content).toEqual([text('Both.'), call('tooluse_a', 'read_file', { path: 'a' })]);
    expect(result.stop).toBe('tool');
  });

  it('that were cut are told by name, and never delivered', async () => {
    const cut: (readonly string[])[] = [];
    await read('tool-cut-in-arguments', { onCut: names => cut.push(names) });
    await read('tool-stopped-with-broken-arguments', { onCut: names => cut.push(names) });
    await read('tool-phantom', { onCut: names => cut.push(names) });
    expect(cut).toEqual([['write_file'], ['write_file']]);
  });

  it('that were broken are not taken for whole when the service opens them again, empty', () => {
    const calls = createCalls(() => 'made');
    const add = (more: object) => calls.add({ toolUseId: 'a', name: 'write_file', ...more });
    expect([add({ input: '{"path":"a' }), add({ stop: true })]).toEqual([undefined, undefined]);
    expect([add({ input: '{}' }), add({ stop: true })]).toEqual([undefined, undefined]);
    expect(calls.cut()).toEqual(['write_file']);
    expect(add({ input: '{"path":"a"}', stop: true })).toMatchObject({ id: 'a', input: { path: 'a' } });
  });

  it('that have no name are cut calls, too', async () => {
    const cut: (readonly string[])[] = [];
    const frames = [{ input: '{"path":"a"}' }, { stop: true }].map(more =>
      eventFrame({ toolUseId: 'tooluse_1', ...more }, 'toolUseEvent'),
    );
    const deltas = await readAll(Buffer.concat(frames), { onCut: names => cut.push(names) });
    expect([deltas.map(({ type }) => type), cut]).toEqual([['usage', 'stop'], [['unnamed']]]);
  });
});

describe('thinking between tags', () => {
  it.each([
    ['as_reasoning_content', [thought('First, a plan.'), text('The answer.')]],
    ['remove', [text('The answer.')]],
    ['strip_tags', [text('\nFirst, a plan.\n\nThe answer.')]],
    ['pass', [text('<thinking>\nFirst, a plan.</thinking>\n\nThe answer.')]],
  ] as const)('is handled as %s says', async (thinking, content) => {
    expect((await resultOf('thinking-tags', { thinking })).content).toEqual(content);
  });

  it('is plain text when the model was not asked for it', async () => {
    expect((await resultOf('thinking-tags')).content).toEqual([
      text('<thinking>\nFirst, a plan.</thinking>\n\nThe answer.'),
    ]);
  });
});

describe('stop sequences', () => {
  it('cut the text before the first of them, across pieces, and end the answer', async () => {
    const result = await resultOf('text', { stop: ['nothing', 'o, w'] });
    expect(result.content).toEqual([text('Hell')]);
    expect(result).toMatchObject({ stop: 'stop-sequence', stopSequence: 'o, w' });
  });

  it('let a mere beginning of them pass', async () => {
    const result = await resultOf('text', { stop: ['world!', '. '] });
    expect(result).toMatchObject({ content: [text('Hello, world.')], stop: 'end' });
  });

  it('drop the calls behind them', async () => {
    const result = await resultOf('tool-fragments', { stop: ['king'] });
    expect(result).toMatchObject({ content: [text('Loo')], stop: 'stop-sequence' });
  });
});

describe('when the answer ends', () => {
  it('does not wait for the service to close the connection', async () => {
    const bytes = (async function* () {
      yield fixtureBytes('text');
      await new Promise(() => {});
    })();
    const seen: Delta[] = [];
    for await (const batch of readAnswer(bytes, contextOf())) seen.push(...batch);
    expect(seen.at(-1)).toEqual({ type: 'stop', reason: 'end' });
  }, 1000);

  it('says that nothing came, when nothing came at all', async () => {
    const reading = (async () => {
      for await (const _ of readAnswer(cutAt(new Uint8Array(0)), contextOf()));
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'upstream', code: 'EMPTY_ANSWER' });
  });
});
