import fc from 'fast-check';
import { readArguments } from '../../src/core/arguments.ts';
import { schema } from '../kiro/support/conversations.ts';
import {
  as,
  content,
  document,
  type Facts,
  id,
  image,
  input,
  loneText,
  markedText,
  name,
  resultContent,
  type Said,
  silent,
  text,
  thought,
  together,
  writtenInput,
} from './parts.ts';

/** A request as a client sends it, and what it says. */
export interface Sent extends Facts {
  readonly api: 'anthropic' | 'openai-chat' | 'openai-completions' | 'openai-responses';
  readonly body: Readonly<Record<string, unknown>>;
}

export const model = 'claude-sonnet-4.5';

type Fields = Readonly<Record<string, unknown>>;
type Form = (tool: { readonly name: string; readonly description: string; readonly schema: unknown }) => Fields;

const forms: readonly Form[] = [
  ({ schema: input_schema, ...tool }) => ({ ...tool, input_schema, cache_control: { type: 'ephemeral' } }),
  ({ schema: input_schema, ...tool }) => ({ type: 'custom', ...tool, input_schema, eager_input_streaming: true }),
  ({ schema: parameters, ...tool }) => ({ type: 'function', function: { ...tool, parameters, strict: true } }),
  ({ schema: parameters, ...tool }) => ({ type: 'function', ...tool, parameters }),
];
const responsesForm: Form = ({ schema: parameters, ...tool }) => ({ type: 'function', ...tool, parameters });

const toolsIn = (...allowed: readonly Form[]): fc.Arbitrary<readonly Fields[]> =>
  fc
    .uniqueArray(fc.record({ name, description: fc.oneof(markedText, fc.constant('')), schema }), {
      maxLength: 4,
      selector: tool => tool.name,
    })
    .chain(all => fc.tuple(...all.map(tool => fc.constantFrom(...allowed).map(write => write(tool)))));

// What every API may carry besides, known or not.
const extras: fc.Arbitrary<Fields> = fc.record(
  {
    temperature: fc.constant(0.5),
    top_p: fc.constant(1),
    metadata: fc.constant({}),
    brand_new: fc.jsonValue({ maxDepth: 1 }),
    stream: fc.constant(null),
  },
  { requiredKeys: [] },
);

// Somebody must say something.
const withSpeech = (
  messages: fc.Arbitrary<Said>,
  speech: (words: string) => unknown,
): fc.Arbitrary<Said<readonly unknown[]>> =>
  fc
    .tuple(fc.array(messages, { maxLength: 8 }), fc.nat(8), loneText)
    .map(([all, at, words]) => together(all.toSpliced(at, 0, as(words, speech(words.json)))));

const anthropicMessage: fc.Arbitrary<Said> = fc
  .tuple(fc.constantFrom('user', 'assistant', 'user', 'assistant', 'system'), content)
  .map(([role, said]) => as(said, { role, content: said.json }));

const anthropicBody: fc.Arbitrary<Sent> = fc
  .record({
    messages: withSpeech(anthropicMessage, words => ({ role: 'user', content: words })),
    system: fc.oneof(
      loneText,
      fc.array(text, { maxLength: 2 }).map(together),
      fc.constant({ ...silent, json: undefined }),
    ),
    tools: toolsIn(...forms),
    more: fc.record(
      {
        thinking: fc.constantFrom(
          { type: 'adaptive', display: 'omitted' },
          { type: 'enabled', budget_tokens: 2000 },
          { type: 'disabled' },
        ),
        output_config: fc.constantFrom(
          { effort: 'xhigh' },
          { format: { type: 'json_schema', schema: { type: 'object' } } },
        ),
        tool_choice: fc.constantFrom({ type: 'auto' }, { type: 'none' }),
        stop_sequences: fc.constantFrom([], ['STOP']),
        max_tokens: fc.constant(100),
        context_management: fc.constant({ edits: [] }),
      },
      { requiredKeys: [] },
    ),
    extras,
  })
  .map(({ messages, system, tools, more, extras: rest }) => ({
    ...together([messages, system] as Said[]),
    api: 'anthropic',
    body: { ...rest, ...more, model, system: system.json, messages: messages.json, tools },
  }));

const callOf = fc.tuple(id, name, writtenInput).map(([callId, tool, { text: written, input: read }]) => ({
  ...silent,
  calls: [{ name: tool, input: read }],
  json: { id: callId, type: 'function', function: { name: tool, arguments: written } },
}));
const functionCallOf = fc.tuple(name, input).map(([tool, read]) => ({
  ...silent,
  calls: [{ name: tool, input: read }],
  json: { name: tool, arguments: JSON.stringify(read) },
}));
const nothing: fc.Arbitrary<Said> = fc.constant({ ...silent, json: undefined });

// The same call in the content and beside it is one call.
function repeats({ json }: Said, call: Said<{ readonly id: string }>): boolean {
  const [one] = call.calls;
  const blocks = Array.isArray(json) ? (json as Fields[]) : [];
  return blocks.some(block => {
    const read = typeof block['input'] === 'string' ? readArguments(block['input']).input : block['input'];
    return block['id'] === call.json.id && block['name'] === one?.name && same(read, one?.input);
  });
}
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const chatMessage: fc.Arbitrary<Said> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom('user', 'system', 'developer', 'user'), content)
      .map(([role, said]): Said => as(said, { role, content: said.json })),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(
        content,
        fc.array(callOf, { maxLength: 3 }),
        fc.oneof(nothing, functionCallOf),
        fc.oneof(nothing, loneText),
      )
      .map(
        ([said, calls, old, refusal]): Said =>
          as(together([said, together<unknown>(calls.filter(call => !repeats(said, call))), old, refusal]), {
            role: 'assistant',
            content: said.json,
            tool_calls: calls.length === 0 ? undefined : calls.map(call => call.json),
            function_call: old.json,
            refusal: refusal.json ?? null,
            reasoning_content: 'hm',
          }),
      ),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(id, resultContent)
      .map(([tool_call_id, said]): Said => as(said, { role: 'tool', tool_call_id, content: said.json })),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(name, loneText)
      .map(([tool, said]): Said => as(said, { role: 'function', name: tool, content: said.json })),
    weight: 1,
  },
);

const chatBody: fc.Arbitrary<Sent> = fc
  .record({
    messages: withSpeech(chatMessage, words => ({ role: 'user', content: words })),
    tools: toolsIn(...forms),
    more: fc.record(
      {
        reasoning_effort: fc.constantFrom('low', 'xhigh', 'none'),
        response_format: fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
        tool_choice: fc.constantFrom('auto', 'none'),
        parallel_tool_calls: fc.boolean(),
        stop: fc.constantFrom('STOP', ['a', 'b']),
        max_completion_tokens: fc.constant(100),
        n: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
    extras,
  })
  .map(({ messages, tools, more, extras: rest }) => ({
    ...messages,
    api: 'openai-chat',
    body: { ...rest, ...more, model, messages: messages.json, tools },
  }));

const messageParts = fc
  .array(fc.oneof({ arbitrary: text, weight: 3 }, image, document), { maxLength: 3 })
  .map(together);
const item: fc.Arbitrary<Said> = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom('user', 'assistant', 'system', 'developer'),
        fc.oneof(loneText, messageParts, content),
        fc.boolean(),
      )
      .map(
        ([role, said, typed]): Said => as(said, { ...(typed ? { type: 'message' } : {}), role, content: said.json }),
      ),
    weight: 4,
  },
  {
    arbitrary: fc.tuple(id, name, writtenInput).map(
      ([call_id, tool, { text: written, input: read }]): Said => ({
        ...silent,
        calls: [{ name: tool, input: read }],
        json: { type: 'function_call', call_id, name: tool, arguments: written, status: 'completed' },
      }),
    ),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom('function_call_output', 'custom_tool_call_output'), id, resultContent)
      .map(([type, call_id, said]): Said => as(said, { type, call_id, output: said.json })),
    weight: 3,
  },
  {
    arbitrary: fc.tuple(id, name, markedText).map(
      ([call_id, tool, words]): Said => ({
        ...silent,
        calls: [{ name: tool, input: { input: words } }],
        json: { type: 'custom_tool_call', call_id, name: tool, input: words },
      }),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(thought, markedText).map(
      ([, words]): Said => ({
        ...silent,
        json: { type: 'reasoning', summary: [{ type: 'summary_text', text: words }], encrypted_content: 'foreign' },
      }),
    ),
    weight: 1,
  },
);

const responsesBody: fc.Arbitrary<Sent> = fc
  .record({
    items: withSpeech(item, words => ({ role: 'user', content: [{ type: 'input_text', text: words }] })),
    instructions: fc.oneof(loneText, nothing),
    tools: toolsIn(responsesForm),
    more: fc.record(
      {
        reasoning: fc.constantFrom({ effort: 'low' }, { effort: 'none' }, null),
        text: fc.constantFrom({ format: { type: 'text' }, verbosity: 'low' }, { format: { type: 'json_object' } }),
        tool_choice: fc.constantFrom('auto', 'none'),
        parallel_tool_calls: fc.boolean(),
        store: fc.constant(false),
        include: fc.constant(['reasoning.encrypted_content']),
        prompt_cache_key: fc.uuid(),
      },
      { requiredKeys: [] },
    ),
    extras,
  })
  .map(({ items, instructions, tools, more, extras: rest }) => ({
    ...together([items, instructions] as Said[]),
    api: 'openai-responses',
    body: { ...rest, ...more, model, input: items.json, instructions: instructions.json, tools },
  }));

const completionsBody: fc.Arbitrary<Sent> = fc
  .tuple(loneText, extras)
  .map(([said, rest]) => ({ ...said, api: 'openai-completions', body: { ...rest, model, prompt: said.json } }));

/** Any request of any API. */
export const anySent: fc.Arbitrary<Sent> = fc
  .oneof(
    { arbitrary: anthropicBody, weight: 5 },
    { arbitrary: chatBody, weight: 5 },
    { arbitrary: responsesBody, weight: 4 },
    { arbitrary: completionsBody, weight: 1 },
  )
  // As it comes over the network: JSON.
  .map(sent => ({ ...sent, body: JSON.parse(JSON.stringify(sent.body)) as Fields }));
