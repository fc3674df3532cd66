// What the clients of the bench send.
import { writeRequest } from './load.ts';
import type { Gateway } from './target.ts';

export type Api = 'anthropic' | 'openai-chat' | 'openai-responses';
export const apis: readonly Api[] = ['anthropic', 'openai-chat', 'openai-responses'];

const paths: Record<Api, string> = {
  anthropic: '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
};
const model = 'claude-sonnet-4.5';

/** What the last bytes of a finished stream hold, per API. */
export const endings: Record<Api, string> = {
  anthropic: '"message_stop"',
  'openai-chat': '[DONE]',
  'openai-responses': '"response.completed"',
};

/** A one-line question through a gateway. */
export function ask(gateway: Gateway, api: Api, stream = true): Uint8Array {
  const messages = [{ role: 'user', content: 'Say something long.' }];
  const body =
    api === 'openai-responses' ? { model, stream, input: messages } : { model, stream, max_tokens: 1000, messages };
  return writeRequest(paths[api], { authorization: `Bearer ${gateway.key}` }, JSON.stringify(body));
}

/** The same question as the gateway itself would ask it, for measuring the upstream alone. */
export function askDirectly(): Uint8Array {
  const userInputMessage = { content: 'Say something long.', modelId: model, origin: 'AI_EDITOR' };
  return writeRequest(
    '/',
    {
      'x-amz-target': 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
      authorization: 'Bearer ksk_bench',
    },
    JSON.stringify({ conversationState: { conversationId: 'bench', currentMessage: { userInputMessage } } }),
  );
}

/** An agent's request of about `bytes` bytes: 60 tools and a history of tool turns. */
export function askAsAgent(gateway: Gateway, bytes: number, path = '/v1/messages'): Uint8Array {
  const tools = Array.from({ length: 60 }, (_, index) => ({
    name: `tool_${index}`,
    description: `Does the thing number ${index}. ${'It takes great care of every detail. '.repeat(8)}`,
    input_schema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'The absolute path of the file' },
        options: { type: 'object', properties: { depth: { type: 'integer' }, follow: { type: 'boolean' } } },
        lines: { type: 'array', items: { type: 'integer' } },
      },
      required: ['path'],
      additionalProperties: false,
    },
  }));
  const messages: unknown[] = [{ role: 'user', content: 'Tidy up the project.' }];
  const output = 'const value = compute(input, { depth: 3 }); // step\n'.repeat(160);
  const turns = Math.max(1, Math.round((bytes - JSON.stringify(tools).length) / (output.length + 300)));
  for (let turn = 0; turn < turns; turn++) {
    const id = `toolu_${turn}`;
    const call = { type: 'tool_use', id, name: `tool_${turn % 60}`, input: { path: `/src/file-${turn}.ts` } };
    messages.push(
      { role: 'assistant', content: [{ type: 'text', text: `Step ${turn}.` }, call] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: output }] },
    );
  }
  const body = { model, stream: true, max_tokens: 1000, system: 'You are careful.', tools, messages };
  return writeRequest(
    path,
    { authorization: `Bearer ${gateway.key}`, 'anthropic-version': '2023-06-01' },
    JSON.stringify(body),
  );
}
