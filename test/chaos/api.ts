import { checkAnthropicStream } from '../support/anthropic-stream.ts';
import { checkChatStream } from '../support/chat-stream.ts';
import { checkResponsesStream } from '../support/responses-checker.ts';
import { readSse } from '../support/sse-text.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is checked here has no type until it passed.
type Loose = any;

/** What a client learned from one answer, whatever API it came by. */
export interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
  /** How the answer ended; `none` when nothing says so. */
  readonly end: 'whole' | 'cut' | 'error' | 'none';
  /** The error's type, and its code where the API has one. */
  readonly error?: { readonly type: string; readonly code: string | null; readonly message: string };
  /** What breaks the rules of the API; empty when nothing does. */
  readonly problems: readonly string[];
}

/** One API as a strict client uses it. */
export interface Api {
  readonly name: 'anthropic' | 'chat' | 'responses' | 'completions';
  readonly path: string;
  readonly hasTools: boolean;
  body(text: string, stream: boolean): object;
  read(status: number, text: string, stream: boolean): Outcome;
}

const model = 'claude-sonnet-4.5';
const schema = { type: 'object', properties: { where: { type: 'string' } } };

const anthropic: Api = {
  name: 'anthropic',
  path: '/v1/messages',
  hasTools: true,
  body: (text, stream) => ({
    model,
    stream,
    max_tokens: 1000,
    messages: [{ role: 'user', content: text }],
    tools: [{ name: 'look', input_schema: schema }],
  }),
  read(status, text, stream) {
    if (status !== 200) return readRefusal(status, text, true);
    const { problems, message, error } = stream
      ? checkAnthropicStream(text)
      : { problems: [], message: JSON.parse(text) as Loose, error: undefined };
    const blocks: Loose[] = message?.content ?? [];
    const reason: string | null = message?.stop_reason ?? null;
    return {
      status,
      text: textOf(blocks.filter(block => block.type === 'text').map(block => block.text)),
      calls: blocks
        .filter(block => block.type === 'tool_use')
        .map(block => ({ name: block.name, input: JSON.stringify(block.input) })),
      end: endOf(error, reason, 'max_tokens', ['end_turn', 'tool_use']),
      ...errorOf(error),
      problems,
    };
  },
};

const chat: Api = {
  name: 'chat',
  path: '/v1/chat/completions',
  hasTools: true,
  body: (text, stream) => ({
    model,
    stream,
    messages: [{ role: 'user', content: text }],
    tools: [{ type: 'function', function: { name: 'look', parameters: schema } }],
  }),
  read(status, text, stream) {
    if (status !== 200) return readRefusal(status, text, false);
    let problems: readonly string[] = [];
    let message: Loose;
    let reason: string | undefined;
    let error: Loose;
    if (stream) ({ problems, message, finishReason: reason, error } = checkChatStream(text));
    else {
      const [choice] = (JSON.parse(text) as Loose).choices;
      ({ message, finish_reason: reason } = choice);
    }
    const calls: Loose[] = message.tool_calls ?? [];
    return {
      status,
      text: message.content ?? '',
      calls: calls.map(call => ({ name: call.function.name, input: compact(call.function.arguments) })),
      end: endOf(error, reason, 'length', ['stop', 'tool_calls']),
      ...errorOf(error),
      problems,
    };
  },
};

const responses: Api = {
  name: 'responses',
  path: '/v1/responses',
  hasTools: true,
  body: (text, stream) => ({
    model,
    stream,
    store: false,
    input: [{ role: 'user', content: [{ type: 'input_text', text }] }],
    tools: [{ type: 'function', name: 'look', parameters: schema }],
  }),
  read(status, text, stream) {
    if (status !== 200) return readRefusal(status, text, false);
    const { problems, response } = stream
      ? checkResponsesStream(text)
      : { problems: [], response: JSON.parse(text) as Loose };
    const items: Loose[] = response?.output ?? [];
    const error = response?.error === null ? undefined : response?.error;
    return {
      status,
      text: textOf(items.filter(item => item.type === 'message').map(item => item.content[0]?.text)),
      calls: items
        .filter(item => item.type === 'function_call' && item.status === 'completed')
        .map(item => ({ name: item.name, input: compact(item.arguments) })),
      end: endOf(error, response?.status, 'incomplete', ['completed']),
      ...(error === undefined ? {} : { error: { type: error.code, code: error.code, message: error.message } }),
      problems,
    };
  },
};

const completions: Api = {
  name: 'completions',
  path: '/v1/completions',
  hasTools: false,
  body: (text, stream) => ({ model, stream, prompt: text }),
  read(status, text, stream) {
    if (status !== 200) return readRefusal(status, text, false);
    const chunks: Loose[] = stream
      ? readSse(text).flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data)]))
      : [JSON.parse(text)];
    const choices = chunks.flatMap(chunk => chunk.choices ?? []);
    const error = chunks.find(chunk => chunk.error !== undefined)?.error;
    const isDone = !stream || error !== undefined || text.endsWith('data: [DONE]\n\n');
    return {
      status,
      text: textOf(choices.map(choice => choice.text)),
      calls: [],
      end: endOf(error, choices.at(-1)?.finish_reason, 'length', ['stop']),
      ...errorOf(error),
      problems: isDone ? [] : ['the stream just ends'],
    };
  },
};

/** Every API that answers are asked by. */
export const apis: readonly Api[] = [anthropic, chat, responses, completions];

function readRefusal(status: number, text: string, isAnthropic: boolean): Outcome {
  const { error, type, request_id } = JSON.parse(text) as Loose;
  const problems = [];
  if (typeof error?.message !== 'string' || error.message === '') problems.push('an error without a message');
  if (typeof error?.type !== 'string') problems.push('an error without a type');
  if (isAnthropic && (type !== 'error' || typeof request_id !== 'string')) problems.push('an error without its frame');
  if (!isAnthropic && !('param' in error && 'code' in error)) problems.push('an error without param or code');
  return { status, text: '', calls: [], end: 'error', ...errorOf(error), problems };
}

const textOf = (parts: readonly unknown[]): string => parts.join('');
const compact = (json: string): string => JSON.stringify(JSON.parse(json));

function errorOf(error: Loose): Pick<Outcome, 'error'> {
  if (error === undefined) return {};
  return { error: { type: error.type, code: error.code ?? null, message: error.message } };
}

function endOf(error: Loose, reason: unknown, cut: string, whole: readonly string[]): Outcome['end'] {
  if (error !== undefined) return 'error';
  if (reason === cut) return 'cut';
  return whole.includes(String(reason)) ? 'whole' : 'none';
}
