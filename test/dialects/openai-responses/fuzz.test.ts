import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { createOpenaiResponses, createResponseStore } from '../../../src/dialects/openai-responses/index.ts';
import { answer, noHeaders, streamText } from '../../support/answers.ts';
import { anyCharacter } from '../../support/arbitrary-text.ts';
import { checkResponsesStream } from '../../support/responses-checker.ts';

const dialect = createOpenaiResponses(createResponseStore());
const types = [
  ...['message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
  ...['tool_search_call', 'tool_search_output', 'web_search_call', 'additional_tools', 'compaction', 'item_reference'],
  ...['compaction_trigger', 'configuration_update', 'agent_message', 'mcp_call', 'image_generation_call', 'new_thing'],
  ...['function', 'custom', 'namespace', 'tool_search', 'web_search', 'image_generation', 'allowed_tools'],
  ...['input_text', 'input_image', 'input_file', 'output_text', 'refusal', 'summary_text', '__proto__', 'constructor'],
];
const names = [
  ...['type', 'role', 'content', 'text', 'id', 'call_id', 'name', 'namespace', 'arguments', 'input', 'output', 'tools'],
  ...['summary', 'encrypted_content', 'action', 'query', 'results', 'sources', 'image_url', 'file_data', 'parameters'],
  ...['function', 'format', 'definition', 'effort', 'reasoning', 'execution', 'mode', 'defer_loading', 'description'],
  ...['model', 'instructions', 'tool_choice', 'include', 'stream', 'metadata', 'max_output_tokens', 'url', 'result'],
];
const leaf = fc.oneof(
  fc.constantFrom(
    ...types,
    ...names,
    'user',
    'assistant',
    'system',
    'client',
    'kiro-gw.signature.x',
    'data:,x%',
    '{"a":',
  ),
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, ''),
  fc.string({ maxLength: 5, unit: anyCharacter }),
);
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    { weight: 3, arbitrary: leaf },
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  ),
}));
// A request with something of everything, in which single parts are then replaced.
const whole = {
  ...{ model: 'm', instructions: 'i', stream: true, store: true, metadata: {}, max_output_tokens: 5, include: ['x'] },
  ...{ tool_choice: 'auto', parallel_tool_calls: true, reasoning: { effort: 'low', summary: 'auto' } },
  text: { format: { type: 'json_schema', name: 'n', schema: {} }, verbosity: 'low' },
  tools: [
    { type: 'function', name: 'read', parameters: {} },
    { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'd' } },
    { type: 'namespace', name: 'git', description: 'd', tools: [{ type: 'function', name: 'log' }] },
    { type: 'tool_search', execution: 'client' },
    { type: 'web_search', filters: { allowed_domains: ['a'] } },
    { type: 'image_generation' },
  ],
  input: [
    { type: 'additional_tools', tools: [{ type: 'function', name: 'more' }] },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'x' },
        { type: 'input_image', image_url: 'data:,x' },
      ],
    },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 't' }], encrypted_content: 'kiro-gw.signature.x' },
    { type: 'function_call', call_id: 'c1', name: 'log', namespace: 'git', arguments: '{"a":' },
    { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'x' }] },
    { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'x' },
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'x' },
    { type: 'tool_search_call', call_id: 'c3', execution: 'client', arguments: { query: 'q' } },
    { type: 'tool_search_output', call_id: 'c3', tools: [{ type: 'namespace', name: 'n', tools: [] }] },
    { type: 'web_search_call', action: { type: 'search', query: 'q', sources: [{ url: 'u' }] }, results: [] },
    { type: 'compaction', encrypted_content: 'kiro-gw.summary.eA==' },
    { type: 'configuration_update', reasoning: { effort: 'high' } },
    { type: 'agent_message', author: 'a', content: [] },
    { type: 'image_generation_call', result: 'x' },
  ],
};

type Step = { readonly path: readonly number[]; readonly value: unknown };
const steps = fc.array(fc.record({ path: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), value }), {
  maxLength: 4,
});

/** The same with the part replaced that the path leads to; numbers choose among what is there. */
function replaced(part: unknown, { path: [first, ...rest], value }: Step): unknown {
  if (first === undefined || typeof part !== 'object' || part === null) return value;
  const keys = [...Object.keys(part), 'type'];
  const key = keys[first % keys.length] ?? 'type';
  const inner = replaced((part as Record<string, unknown>)[key], { path: rest, value });
  if (Array.isArray(part)) return part.map((other, index) => (String(index) === key ? inner : other));
  return { ...part, [key]: inner };
}

const body = fc.oneof({ weight: 30, arbitrary: steps.map(all => all.reduce<unknown>(replaced, whole)) }, value);

describe('whatever a client sends to the Responses API', () => {
  it('is read or refused in words, and what is read can be answered', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(body, async sent => {
        // As it comes over the network: JSON.
        const received: unknown = JSON.parse(JSON.stringify(sent));
        try {
          const call = dialect.parse(received, noHeaders);
          read++;
          const text = await streamText(dialect, answer([{ type: 'text', text: 'ok' }]), call);
          expect(checkResponsesStream(text).problems).toEqual([]);
        } catch (thrown) {
          if (!(thrown instanceof ChatError)) throw thrown;
          expect(['invalid', 'unsupported']).toContain(thrown.kind);
          expect(thrown.message).not.toBe('');
        }
      }),
      { numRuns: 1500 },
    );
    expect(read).toBeGreaterThan(150);
  });
});
