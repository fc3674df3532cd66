import { expect } from 'vitest';
import type { RunningGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of four APIs, of which each test looks at a part.
type Loose = any;

/** What a test wants to ask, in no API's words. */
export interface Wish {
  readonly text: string;
  readonly model?: string;
  /** Names of tools to declare, each with one member `city`. */
  readonly tools?: readonly string[];
  readonly choice?: 'none' | 'required' | { readonly tool: string };
  readonly oneCall?: true;
  readonly stop?: readonly string[];
  readonly schema?: object;
  readonly maxTokens?: number;
  readonly think?: 'on' | 'off';
  /** Answers of this API to earlier questions, as they came, each with the results of its calls. */
  readonly before?: readonly {
    readonly text: string;
    readonly answer: Loose;
    readonly results?: Record<string, string>;
  }[];
}

/** An answer, in no API's words. */
export interface Told {
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly stop: string;
  readonly ignored: string;
  readonly answer: Loose;
}

export interface Api {
  readonly name: 'messages' | 'chat' | 'responses';
  readonly path: string;
  write(wish: Wish): object;
  read(answer: Loose): Omit<Told, 'ignored' | 'answer'>;
}

const schemaOf = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const model = 'claude-sonnet-4.5';
const set = <T>(value: T | undefined, fields: (value: T) => object): object =>
  value === undefined ? {} : fields(value);
const join = (parts: readonly (string | undefined)[]): string => parts.join('');

/** The three APIs that hold conversations. */
export const apis: readonly Api[] = [
  {
    name: 'messages',
    path: '/v1/messages',
    write: wish => ({
      model: wish.model ?? model,
      max_tokens: wish.maxTokens ?? 1000,
      messages: [
        ...(wish.before ?? []).flatMap(({ text, answer, results = {} }) => [
          { role: 'user', content: text },
          { role: 'assistant', content: answer.content },
          ...Object.entries(results).map(([name, content]) => ({
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: answer.content.find((block: Loose) => block.name === name).id,
                content,
              },
            ],
          })),
        ]),
        { role: 'user', content: wish.text },
      ],
      ...set(wish.tools, tools => ({ tools: tools.map(name => ({ name, input_schema: schemaOf })) })),
      ...set(wish.choice ?? (wish.oneCall && 'auto'), choice => ({
        tool_choice: {
          ...(typeof choice === 'object'
            ? { type: 'tool', name: choice.tool }
            : { type: choice === 'required' ? 'any' : choice }),
          ...(wish.oneCall ? { disable_parallel_tool_use: true } : {}),
        },
      })),
      ...set(wish.stop, stop_sequences => ({ stop_sequences })),
      ...set(wish.schema, schema => ({ output_config: { format: { type: 'json_schema', schema } } })),
      ...set(wish.think, think => ({
        thinking: think === 'on' ? { type: 'enabled', budget_tokens: 2000 } : { type: 'disabled' },
      })),
    }),
    read: ({ content, stop_reason }) => ({
      text: join(content.map((block: Loose) => block.text)),
      thought: join(content.map((block: Loose) => block.thinking)),
      calls: content
        .filter((block: Loose) => block.type === 'tool_use')
        .map(({ name, input }: Loose) => ({ name, input })),
      stop: stop_reason,
    }),
  },
  {
    name: 'chat',
    path: '/v1/chat/completions',
    write: wish => ({
      model: wish.model ?? model,
      messages: [
        ...(wish.before ?? []).flatMap(({ text, answer, results = {} }) => [
          { role: 'user', content: text },
          answer.choices[0].message,
          ...Object.entries(results).map(([name, content]) => ({
            role: 'tool',
            tool_call_id: answer.choices[0].message.tool_calls.find((call: Loose) => call.function.name === name).id,
            content,
          })),
        ]),
        { role: 'user', content: wish.text },
      ],
      ...set(wish.tools, tools => ({
        tools: tools.map(name => ({ type: 'function', function: { name, parameters: schemaOf } })),
      })),
      ...set(wish.choice, choice => ({
        tool_choice: typeof choice === 'object' ? { type: 'function', function: { name: choice.tool } } : choice,
      })),
      ...set(wish.oneCall, () => ({ parallel_tool_calls: false })),
      ...set(wish.stop, stop => ({ stop })),
      ...set(wish.schema, schema => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } })),
      ...set(wish.maxTokens, max_completion_tokens => ({ max_completion_tokens })),
      ...set(wish.think, think => ({ reasoning_effort: think === 'on' ? 'medium' : 'none' })),
    }),
    read: ({ choices: [{ message, finish_reason }] }) => ({
      text: message.content ?? '',
      thought: message.reasoning_content ?? '',
      calls: (message.tool_calls ?? []).map((call: Loose) => ({
        name: call.function.name,
        input: JSON.parse(call.function.arguments),
      })),
      stop: finish_reason,
    }),
  },
  {
    name: 'responses',
    path: '/v1/responses',
    write: wish => ({
      model: wish.model ?? model,
      store: false,
      input: [
        ...(wish.before ?? []).flatMap(({ text, answer, results = {} }) => [
          { role: 'user', content: text },
          ...answer.output,
          ...Object.entries(results).map(([name, output]) => ({
            type: 'function_call_output',
            call_id: answer.output.find((item: Loose) => item.name === name).call_id,
            output,
          })),
        ]),
        { role: 'user', content: wish.text },
      ],
      ...set(wish.tools, tools => ({ tools: tools.map(name => ({ type: 'function', name, parameters: schemaOf })) })),
      ...set(wish.choice, choice => ({
        tool_choice: typeof choice === 'object' ? { type: 'function', name: choice.tool } : choice,
      })),
      ...set(wish.oneCall, () => ({ parallel_tool_calls: false })),
      ...set(wish.schema, schema => ({ text: { format: { type: 'json_schema', name: 'x', schema } } })),
      ...set(wish.maxTokens, max_output_tokens => ({ max_output_tokens })),
      ...set(wish.think, think => ({
        reasoning: think === 'on' ? { effort: 'medium', summary: 'auto' } : { effort: 'none' },
      })),
    }),
    read: ({ output, status, incomplete_details }) => ({
      text: join(
        output.flatMap((item: Loose) => (item.type === 'message' ? item.content : [])).map((p: Loose) => p.text),
      ),
      thought: join(output.flatMap((item: Loose) => item.summary ?? []).map((part: Loose) => part.text)),
      calls: output
        .filter((item: Loose) => item.type === 'function_call')
        .map((item: Loose) => ({ name: item.name, input: JSON.parse(item.arguments) })),
      stop: incomplete_details?.reason ?? status,
    }),
  },
];

/** Asks through the executable, at once. */
export async function ask(gateway: RunningGateway, api: Api, wish: Wish): Promise<Told> {
  const response = await post(gateway, api.path, api.write(wish));
  const text = await response.text();
  expect(response.status, text).toBe(200);
  const answer = JSON.parse(text);
  return { ...api.read(answer), ignored: response.headers.get('x-kiro-gw-ignored') ?? '', answer };
}

/** One request with the key of the gateway. */
export function post(gateway: RunningGateway, path: string, body: object): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
