import fc from 'fast-check';
import type {
  Block,
  ChatRequest,
  Format,
  Image,
  Json,
  JsonObject,
  Message,
  Text,
  Tool,
  ToolChoice,
  ToolResult,
} from '../../../src/core/chat.ts';
import { writeSignature } from '../../../src/kiro/signature.ts';
import { anyCharacter, webAddress } from '../../support/arbitrary-text.ts';
import { png } from './chat.ts';

// Half characters, controls, quotes, other scripts: whatever a client may hold.
const piece = fc.oneof(
  fc.string(),
  fc.string({ unit: anyCharacter }),
  fc.constantFrom('\ud800', '\udfff', 'a\ud83d', '\ude00b', '😀', '漢字', '\u0000', '\n\n', '  ', '"\\', '<thinking>'),
);
const anyText = fc.array(piece, { maxLength: 3 }).map(parts => parts.join(''));
const text: fc.Arbitrary<Text> = fc.record({ type: fc.constant('text' as const), text: anyText });

// Few ids and names, so that they meet; some that the service does not take.
const id = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'toolu_01', 'call/1', '', 'x'.repeat(80)), weight: 5 },
  { arbitrary: anyText, weight: 1 },
);
const name = fc.oneof(
  {
    arbitrary: fc.constantFrom('read', 'write', 'Read', 'mcp.server/tool', '1st', 'web_search', 'n'.repeat(70)),
    weight: 5,
  },
  { arbitrary: anyText, weight: 1 },
);

const image: fc.Arbitrary<Image> = fc
  .constantFrom(
    png,
    Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64'),
    Buffer.from('GIF89a…').toString('base64'),
    Buffer.from('\xff\xd8\xff\xe0', 'latin1').toString('base64'),
    '',
    '!!!',
    Buffer.from('not an image').toString('base64'),
  )
  .map(data => ({ type: 'image', source: { kind: 'base64', data, mediaType: 'image/png' } }));

const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const input = fc.dictionary(anyText, json, { maxKeys: 3 }) as unknown as fc.Arbitrary<JsonObject>;

const result: fc.Arbitrary<ToolResult> = fc.record({
  type: fc.constant('tool-result' as const),
  id,
  content: fc.array(
    fc.oneof(
      { arbitrary: text, weight: 4 },
      { arbitrary: image, weight: 1 },
      { arbitrary: fc.record({ type: fc.constant('tool-reference' as const), name }), weight: 1 },
    ),
    { maxLength: 3 },
  ),
  isError: fc.boolean(),
});
const signature = fc.constantFrom(writeSignature('model-1', 'signed'), writeSignature('model-2', 'signed'), 'foreign');
const block: fc.Arbitrary<Block> = fc.oneof(
  { arbitrary: text, weight: 4 },
  { arbitrary: fc.record({ type: fc.constant('tool-call' as const), id, name, input }), weight: 4 },
  { arbitrary: result, weight: 4 },
  { arbitrary: image, weight: 1 },
  { arbitrary: fc.record({ type: fc.constant('reasoning' as const), text: anyText, signature }), weight: 1 },
  {
    arbitrary: fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), redacted: signature }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('document' as const),
      source: fc.record({ kind: fc.constant('text' as const), text: anyText }),
      title: anyText,
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('search' as const),
      id,
      query: anyText,
      results: fc.array(fc.record({ title: anyText, url: webAddress, snippet: anyText }), { maxLength: 2 }),
    }),
    weight: 1,
  },
);
const message: fc.Arbitrary<Message> = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system'),
  content: fc.array(block, { maxLength: 4 }),
});

/** Schemas as clients send them: with references, combinations, and keywords that the service refuses. */
export const schema: fc.Arbitrary<JsonObject> = fc.letrec<{ node: JsonObject }>(tie => {
  const child = fc.oneof({ depthSize: 'xsmall', withCrossShrink: true }, fc.constant({ type: 'string' }), tie('node'));
  const children = fc.array(child, { maxLength: 2 });
  const memberNames = fc.constantFrom('required', 'additionalProperties', '$ref', 'a', 'b', '__proto__');
  const members = fc.oneof(fc.dictionary(memberNames, child, { maxKeys: 3 }), fc.constant(null));
  const keyword = (name: string, value: fc.Arbitrary<unknown>) => value.map((one): [string, unknown] => [name, one]);
  const keywords = fc.oneof(
    keyword('type', fc.constantFrom('object', 'string', ['object', 'null'], null)),
    keyword('description', anyText),
    keyword('properties', members),
    keyword('required', fc.oneof(fc.constant(null), fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }))),
    keyword('additionalProperties', fc.oneof(fc.boolean(), child)),
    keyword('items', fc.oneof(child, children, fc.boolean())),
    keyword('anyOf', children),
    keyword('oneOf', children),
    keyword('allOf', children),
    keyword('$ref', fc.constantFrom('#', '#/$defs/a', '#/properties/a', '#/nowhere', 'https://example.com/schema')),
    keyword('$defs', fc.record({ a: child })),
    keyword('$schema', fc.constant('https://json-schema.org/draft/2020-12/schema')),
    keyword('strict', fc.boolean()),
    keyword('default', json),
    keyword('enum', fc.array(json, { maxLength: 2 })),
  );
  const node = fc.array(keywords, { maxLength: 4 }).map(entries => Object.fromEntries(entries));
  return { node: node as unknown as fc.Arbitrary<JsonObject> };
}).node;

const tool: fc.Arbitrary<Tool> = fc.record(
  {
    name,
    description: fc.oneof(anyText, fc.constant(''), fc.constant('long '.repeat(3000))),
    inputSchema: fc.oneof(schema, fc.constant({})),
    deferred: fc.boolean(),
  },
  { requiredKeys: ['name', 'description', 'inputSchema'] },
);
const format: fc.Arbitrary<Format> = fc.oneof(
  fc.constant<Format>({ type: 'json-object' }),
  schema.map((wanted): Format => ({ type: 'json-schema', name: 'answer', schema: wanted })),
);
const choice: fc.Arbitrary<'auto' | 'none' | 'required' | 'tool'> = fc.constantFrom('auto', 'none', 'required', 'tool');

/** Any request at all: roles, blocks, ids and names in every order and mix. */
export const conversation: fc.Arbitrary<ChatRequest> = fc
  .record(
    {
      messages: fc.array(message, { maxLength: 8 }),
      tools: fc.array(tool, { maxLength: 4 }),
      choice,
      parallelTools: fc.boolean(),
      thinking: fc.record({ mode: fc.constantFrom('adaptive' as const, 'enabled' as const, 'disabled' as const) }),
      search: fc.constant({}),
      format,
      session: anyText,
    },
    { requiredKeys: ['messages', 'tools', 'choice', 'parallelTools'] },
  )
  .map(({ choice: type, messages, ...rest }) => ({
    model: 'model-1',
    stop: [],
    ...rest,
    messages: number(messages),
    toolChoice: choiceOf(type, rest.tools),
  }));

function choiceOf(type: 'auto' | 'none' | 'required' | 'tool', tools: readonly Tool[]): ToolChoice {
  if (type !== 'tool') return { type };
  const [first] = tools;
  return first === undefined ? { type: 'auto' } : { type, name: first.name };
}

/** Marks every text, so that each can be found again and none is taken for filler. */
function number(messages: readonly Message[]): readonly Message[] {
  let count = 0;
  const mark = <T extends { readonly text: string }>(holder: T): T => {
    count += 1;
    return holder.text.trim() === '' ? holder : { ...holder, text: `T${count}:${holder.text}` };
  };
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((part): Block => {
      if (part.type === 'text') return mark(part);
      if (part.type !== 'tool-result') return part;
      return { ...part, content: part.content.map(inner => (inner.type === 'text' ? mark(inner) : inner)) };
    }),
  }));
}
