import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Message, ToolResult } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { noHeaders } from '../support/answers.ts';
import { anyObject } from '../support/arbitrary-deltas.ts';
import { anyCharacter, webAddress } from '../support/arbitrary-text.ts';

const { anthropic, openaiChat, openaiCompletions } = dialects;
const all: readonly Dialect[] = [anthropic, openaiChat, openaiCompletions] as Dialect[];
type Fields = Record<string, unknown>;

/** A value that is what it should be most of the time, and anything else now and then. */
const mostly = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 60, arbitrary },
    fc.constantFrom(null, undefined, 0, -1, 1.5, '', 'x', true, [], {}, [null], [[]]),
  );
const loose = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mostly(value)])), {
    requiredKeys: [],
  });

const source = fc.oneof(
  loose({ type: fc.constant('base64'), media_type: fc.constant('image/png'), data: fc.base64String() }),
  loose({
    type: fc.constantFrom('url', 'text', 'file', 'content'),
    url: webAddress,
    data: fc.string(),
    content: fc.string(),
  }),
);
const types = [
  ...['text', 'image', 'image_url', 'input_text', 'input_image', 'input_file', 'input_audio', 'file', 'document'],
  ...['tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'server_tool_use', 'web_search_tool_result'],
  ...[
    'search_result',
    'tool_reference',
    'refusal',
    'compaction',
    'tool_addition',
    'constructor',
    '__proto__',
    'new_kind',
  ],
];
const { content } = fc.letrec(tie => ({
  block: loose({
    type: fc.constantFrom(...types),
    text: fc.string(),
    id: fc.uuid(),
    name: fc.constantFrom('web_search', 'f'),
    tool_use_id: fc.uuid(),
    tool_name: fc.string(),
    input: fc.oneof(anyObject, fc.string()),
    thinking: fc.string(),
    signature: fc.string(),
    data: fc.base64String(),
    source,
    image_url: fc.oneof(webAddress, loose({ url: fc.constant('data:image/png;base64,AAAA') })),
    file: loose({ file_data: fc.base64String(), file_id: fc.string() }),
    file_data: fc.base64String(),
    content: fc.oneof({ depthSize: 'small' }, fc.string(), tie('content')),
    citations: fc.array(fc.jsonValue()),
    tool: fc.jsonValue(),
    refusal: fc.string(),
  }),
  content: fc.oneof({ depthSize: 'small' }, fc.string(), fc.array(mostly(tie('block')), { maxLength: 4 })),
}));
const call = loose({
  id: fc.uuid(),
  type: fc.constantFrom('function', 'custom'),
  function: loose({ name: fc.constant('f'), arguments: fc.oneof(fc.json(), fc.string()) }),
  custom: loose({ name: fc.constant('f'), input: fc.string() }),
});
const message = loose({
  role: fc.constantFrom('user', 'assistant', 'system', 'developer', 'tool', 'function'),
  content,
  tool_calls: fc.array(call, { maxLength: 3 }),
  tool_call_id: fc.uuid(),
  name: fc.constant('f'),
  function_call: loose({ name: fc.constant('f'), arguments: fc.string() }),
  reasoning_content: fc.string(),
  reasoning_details: fc.array(fc.jsonValue()),
  output_config: fc.jsonValue(),
  refusal: fc.string(),
});
const tool = loose({
  type: fc.constantFrom(
    'function',
    'custom',
    'web_search_20250305',
    'bash_20250124',
    'tool_search_tool_regex',
    'computer',
  ),
  name: fc.constantFrom('f', 'g'),
  function: loose({ name: fc.constantFrom('f', 'g'), parameters: fc.jsonValue() }),
  input_schema: fc.jsonValue(),
  parameters: fc.jsonValue(),
});
const settings = loose({
  max_tokens: fc.nat(),
  input: fc.oneof(
    fc.string(),
    fc.array(
      fc.oneof(
        message,
        loose({
          type: fc.constantFrom('function_call', 'function_call_output', 'reasoning'),
          call_id: fc.uuid(),
          output: content,
        }),
      ),
    ),
  ),
  system: content,
  tools: fc.array(tool, { maxLength: 3 }),
  tool_choice: fc.oneof(
    fc.constantFrom('auto', 'none'),
    loose({ type: fc.constantFrom('auto', 'tool', 'function', 'allowed_tools'), name: fc.constant('f') }),
  ),
  thinking: loose({ type: fc.constantFrom('adaptive', 'enabled'), budget_tokens: fc.nat() }),
  response_format: loose({ type: fc.constantFrom('json_object', 'json_schema'), json_schema: fc.jsonValue() }),
  output_config: loose({ effort: fc.constant('low'), format: fc.jsonValue() }),
  metadata: loose({ user_id: fc.string() }),
  stream: fc.boolean(),
  stop: fc.oneof(fc.string(), fc.array(fc.string())),
  functions: fc.array(tool, { maxLength: 2 }),
});
const anyBody = fc
  .tuple(
    fc.record({
      model: mostly(fc.constant('m')),
      prompt: mostly(fc.string()),
      messages: mostly(fc.array(message, { maxLength: 3 })),
    }),
    fc.oneof(fc.constant({}), settings),
  )
  .map(([needed, more]) => ({ ...needed, ...more }));

describe('any body at all', () => {
  it('is read by every dialect or refused by name, and nothing else', () => {
    const read = new Map<string, number>();
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: anyBody }, fc.jsonValue()), body => {
        const json = JSON.stringify(body ?? null);
        for (const dialect of all) {
          try {
            const { chat } = dialect.parse(JSON.parse(json), noHeaders);
            expect(chat.messages.length).toBeGreaterThan(0);
            read.set(dialect.name, (read.get(dialect.name) ?? 0) + 1);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ChatError);
            expect(['invalid', 'unsupported']).toContain((thrown as ChatError).kind);
          }
        }
      }),
      { numRuns: 200 },
    );
    // Most bodies are wrong somewhere, but the test is worth little if all of them are.
    for (const { name } of all) expect(read.get(name) ?? 0, name).toBeGreaterThan(2);
  });

  it.each([
    ['a block', (inner: string) => `"messages":[{"role":"user","content":[${inner}]}]`],
    ['a field that nobody knows', (inner: string) => `"messages":[{"role":"user","content":"Hi"}],"new":${inner}`],
  ])('is refused when %s is nested beyond reason', (_, fields) => {
    const deep = `${'{"type":"new_kind","content":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const body = JSON.parse(`{"model":"m",${fields(deep)}}`);
    for (const dialect of all) expect(() => dialect.parse(body, noHeaders)).toThrow(/256 levels deep/);
  });
});

const text = fc.string({ unit: anyCharacter, minLength: 1 }).map(words => ({ type: 'text' as const, text: words }));
const image = fc
  .oneof(
    fc.record({
      kind: fc.constant('base64' as const),
      data: fc.base64String({ minLength: 4 }),
      mediaType: fc.constantFrom('image/png', 'image/jpeg'),
    }),
    fc.record({ kind: fc.constant('url' as const), url: webAddress }),
  )
  .map(read => ({ type: 'image' as const, source: read }));
const toolCall = fc.record({
  type: fc.constant('tool-call' as const),
  id: fc.uuid(),
  name: fc.stringMatching(/^[a-z_]{1,12}$/),
  input: anyObject,
});
const toolResult = fc.record({
  type: fc.constant('tool-result' as const),
  id: fc.uuid(),
  content: fc.array(fc.oneof(text, image), { maxLength: 3 }),
  isError: fc.boolean(),
});
const reasoning = fc.oneof(
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.string({ minLength: 1 }),
    signature: fc.base64String({ minLength: 4 }),
  }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.constant(''),
    redacted: fc.base64String({ minLength: 4 }),
  }),
);
const blocksOf = (...blocks: fc.Arbitrary<Block>[]): fc.Arbitrary<Block[]> =>
  fc.array(fc.oneof(...blocks), { minLength: 1, maxLength: 4 });
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constant('user' as const), content: blocksOf(text, image, toolResult) }),
  fc.record({ role: fc.constant('assistant' as const), content: blocksOf(text, toolCall, reasoning) }),
  fc.record({ role: fc.constant('system' as const), content: blocksOf(text) }),
);
const conversation = fc.array(anyMessage, { minLength: 1, maxLength: 8 });

describe('any conversation', () => {
  it('is read out of the Messages API as it was written', () => {
    fc.assert(
      fc.property(conversation, messages => {
        const body = { model: 'm', messages: messages.map(toAnthropic) };
        expect(anthropic.parse(JSON.parse(JSON.stringify(body)), noHeaders).chat.messages).toEqual(
          JSON.parse(JSON.stringify(messages)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('is read out of the chat API with every block in its place', () => {
    fc.assert(
      fc.property(conversation, messages => {
        const body = { model: 'm', messages: messages.flatMap(toChat) };
        const read = openaiChat.parse(JSON.parse(JSON.stringify(body)), noHeaders).chat.messages;
        expect(read.flatMap(({ role, content }) => content.map(block => ({ role, block })))).toEqual(
          JSON.parse(JSON.stringify(messages.flatMap(inChatOrder))),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function toAnthropic({ role, content }: Message): Fields {
  return { role, content: content.map(toAnthropicBlock) };
}

function toAnthropicBlock(block: Block | ToolResult['content'][number]): Fields {
  switch (block.type) {
    case 'image':
      if (block.source.kind === 'url') return { type: 'image', source: { type: 'url', url: block.source.url } };
      if (block.source.kind === 'text') throw new Error('no image');
      return { type: 'image', source: { type: 'base64', data: block.source.data, media_type: block.source.mediaType } };
    case 'tool-call':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'tool-result':
      return {
        type: 'tool_result',
        tool_use_id: block.id,
        is_error: block.isError,
        content: block.content.map(toAnthropicBlock),
      };
    case 'reasoning':
      if (block.redacted !== undefined) return { type: 'redacted_thinking', data: block.redacted };
      return { type: 'thinking', thinking: block.text, signature: block.signature };
    default:
      return { ...block };
  }
}

// The chat API has one message a result, and one list of calls behind the text.
function toChat({ role, content }: Message): Fields[] {
  if (role === 'user') {
    return content.map(block => {
      if (block.type !== 'tool-result') return { role, content: [toPart(block)] };
      return { role: 'tool', tool_call_id: block.id, is_error: block.isError, content: block.content.map(toPart) };
    });
  }
  if (role === 'system') return [{ role, content: content.map(toPart) }];
  const { thoughts, texts, calls } = sorted(content);
  return [
    {
      role,
      reasoning_details: thoughts.map(block =>
        block.redacted === undefined
          ? { type: 'reasoning.text', text: block.text, signature: block.signature }
          : { type: 'reasoning.encrypted', data: block.redacted },
      ),
      content: texts.map(toPart),
      tool_calls: calls.map(({ id, name, input }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    },
  ];
}

function toPart(block: Block | ToolResult['content'][number]): Fields {
  if (block.type !== 'image') return { ...block };
  const { source } = block;
  if (source.kind === 'text') throw new Error('no image');
  return {
    type: 'image_url',
    image_url: { url: source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}` },
  };
}

function inChatOrder({ role, content }: Message): Fields[] {
  const { thoughts, texts, calls } = sorted(content);
  const blocks = role === 'assistant' ? [...thoughts, ...texts, ...calls] : content;
  return blocks.map(block => ({ role, block }));
}

function sorted(content: readonly Block[]) {
  return {
    thoughts: content.filter(block => block.type === 'reasoning'),
    texts: content.filter(block => block.type === 'text'),
    calls: content.filter(block => block.type === 'tool-call'),
  };
}
