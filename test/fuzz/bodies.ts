import { ChatError } from '../../src/core/errors.ts';
import type { Call, Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { createOpenaiResponses, createResponseStore } from '../../src/dialects/openai-responses/index.ts';
import { type Target, writeQuestion } from '../../src/kiro/question.ts';
import { validateQuestion } from '../../src/kiro/validate.ts';
import { createChance } from './chance.ts';
import { mutate } from './json.ts';

const schema = {
  type: 'object',
  properties: { where: { type: 'string' }, deep: { $ref: '#/$defs/d' } },
  required: ['where'],
  $defs: { d: { anyOf: [{ type: 'array', items: { type: 'integer' } }, { type: 'null' }] } },
  additionalProperties: false,
};
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const messages = {
  model: 'claude-sonnet-4.5',
  max_tokens: 1000,
  stream: true,
  system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
  thinking: { type: 'enabled', budget_tokens: 1024 },
  metadata: { user_id: 'user_1_session_2' },
  stop_sequences: ['END'],
  tool_choice: { type: 'auto', disable_parallel_tool_use: false },
  tools: [
    { name: 'look', description: 'Looks.', input_schema: schema },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
  ],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { where: 'here' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', is_error: false, content: [{ type: 'text', text: 'nothing' }] },
        { type: 'text', text: 'Go on.' },
      ],
    },
  ],
};
const chat = {
  model: 'claude-sonnet-4.5',
  stream: true,
  stream_options: { include_usage: true },
  max_completion_tokens: 1000,
  reasoning_effort: 'low',
  tool_choice: { type: 'function', function: { name: 'look' } },
  tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: schema, strict: true } }],
  response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
  messages: [
    { role: 'system', content: 'Be kind.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"where":"here"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'nothing' },
    { role: 'user', content: 'Go on.' },
  ],
};
const responses = {
  model: 'claude-sonnet-4.5',
  stream: true,
  store: false,
  instructions: 'Be kind.',
  reasoning: { effort: 'low', summary: 'auto' },
  text: { format: { type: 'text' } },
  tools: [
    { type: 'function', name: 'look', parameters: schema },
    { type: 'custom', name: 'patch', format: { type: 'text' } },
  ],
  input: [
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'Hi' },
        { type: 'input_image', image_url: `data:image/png;base64,${picture}` },
      ],
    },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'c2ln' },
    { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"where":"here"}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'nothing' },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: 'x' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: 'done' },
    { role: 'user', content: 'Go on.' },
  ],
};
const completions = {
  model: 'claude-sonnet-4.5',
  prompt: ['Once upon'],
  suffix: '',
  max_tokens: 9,
  stop: ['\n'],
  stream: true,
  echo: true,
};

/** The APIs, each with a request that has something of everything. */
export const requests: readonly { readonly dialect: Dialect<Call>; readonly path: string; readonly body: unknown }[] = [
  { dialect: dialects.anthropic, path: '/v1/messages', body: messages },
  { dialect: dialects.openaiChat as Dialect<Call>, path: '/v1/chat/completions', body: chat },
  { dialect: createOpenaiResponses(createResponseStore()) as Dialect<Call>, path: '/v1/responses', body: responses },
  { dialect: dialects.openaiCompletions as Dialect<Call>, path: '/v1/completions', body: completions },
];

/** One request body: read, and written for the service. What is wrong, or nothing. */
export function fuzzBody(seed: number): string | undefined {
  const chance = createChance(seed);
  const { dialect, body } = chance.pick(requests);
  const sent: unknown = JSON.parse(JSON.stringify(mutate(body, chance)));
  const header = (): undefined => undefined;
  const target: Target = { modelId: 'claude-sonnet-4.5', vision: chance.of(0.8), profileArn };
  try {
    const call = dialect.parse(sent, header);
    const question = writeQuestion(call.chat, target);
    const payload = JSON.stringify(question.body);
    if (!payload.isWellFormed()) return `half a character in the payload, of ${brief(sent)}`;
    const again = JSON.stringify(writeQuestion(dialect.parse(sent, header).chat, target).body);
    if (again !== payload) return `two payloads for one request: ${brief(sent)}`;
    // A finding is a breach of the service's rules that the gateway could have avoided or refused by itself.
    const findings = validateQuestion(question.body);
    if (findings.length > 0) return `${JSON.stringify(findings)}, of ${brief(sent)}`;
  } catch (thrown) {
    if (!(thrown instanceof ChatError)) throw thrown;
    const { status, body } = dialect.error(thrown, 'id');
    if (thrown.kind === 'internal' || status >= 500) return `an error of the gateway itself: ${thrown.message}`;
    if (typeof JSON.parse(JSON.stringify(body)).error.message !== 'string') return 'an error without a message';
  }
  return undefined;
}

const brief = (value: unknown): string => JSON.stringify(value).slice(0, 1500);
const profileArn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL';
