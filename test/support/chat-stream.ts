import { readSse } from './sse-text.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is checked here has no type until it passed.
type Loose = any;

export interface CheckedCompletion {
  /** What breaks the rules of the API; empty when nothing does. */
  readonly problems: readonly string[];
  /** The message as a client puts it together. */
  readonly message: Loose;
  readonly finishReason?: string;
  readonly usage?: Loose;
  readonly error?: Loose;
}

/** Reads a chat completions stream as a strict client does, and says every rule that it breaks. */
export function checkChatStream(text: string): CheckedCompletion {
  const problems: string[] = [];
  const must = (condition: boolean, rule: string): void => {
    if (!condition) problems.push(rule);
  };
  const message: Loose = { content: '' };
  let finishReason: string | undefined;
  let usage: Loose;
  let error: Loose;
  let head: string | undefined;
  let done = false;

  for (const { event, data } of readSse(text)) {
    must(event === undefined, `an event line: ${event}`);
    must(!done && error === undefined, 'something after the end');
    if (data === '[DONE]') {
      must(finishReason !== undefined, '[DONE] without a finish reason');
      done = true;
      continue;
    }
    const chunk = JSON.parse(data) as Loose;
    if (chunk.error !== undefined) {
      must(typeof chunk.error.message === 'string' && typeof chunk.error.type === 'string', 'an error without form');
      must('param' in chunk.error && 'code' in chunk.error, 'an error without param or code');
      error = chunk.error;
      continue;
    }
    must(/^chatcmpl-./.test(chunk.id) && chunk.object === 'chat.completion.chunk', 'no chunk');
    const first = head === undefined;
    head ??= JSON.stringify([chunk.id, chunk.model, chunk.created]);
    must(JSON.stringify([chunk.id, chunk.model, chunk.created]) === head, 'id, model or created change');
    must(Array.isArray(chunk.choices), 'a chunk without choices');
    if (chunk.usage !== undefined) {
      must(
        chunk.choices.length === 0 && finishReason !== undefined && usage === undefined,
        'usage is not on one last chunk',
      );
      checkUsage(chunk.usage, must);
      usage = chunk.usage;
      continue;
    }
    must(usage === undefined, 'a chunk after the usage');
    must(chunk.choices.length === 1 && chunk.choices[0].index === 0, 'not one choice with index 0');
    const { delta, finish_reason: reason } = chunk.choices[0];
    must(finishReason === undefined, 'a delta after the finish reason');
    must(first === (delta.role === 'assistant'), 'the role belongs to the first chunk');
    must(typeof delta.content === 'string', 'a delta without content');
    if (first) must(delta.content === '', 'text beside the role');
    extend(message, delta, must);
    if (reason !== null) finishReason = reason;
  }
  must(done || error !== undefined, 'the stream just ends');
  if (finishReason !== undefined) must(finishReasons.has(finishReason), `finish reason ${finishReason}`);
  for (const call of message.tool_calls ?? []) checkCall(call, must);
  return {
    problems,
    message,
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  };
}

type Must = (condition: boolean, rule: string) => void;

function extend(message: Loose, delta: Loose, must: Must): void {
  for (const [key, value] of Object.entries(delta)) {
    must(value !== null && value !== undefined, `delta.${key} is ${value}`);
  }
  message.content += delta.content ?? '';
  if (delta.reasoning_content !== undefined)
    message.reasoning_content = (message.reasoning_content ?? '') + delta.reasoning_content;
  for (const name of ['reasoning_details', 'annotations']) {
    if (delta[name] !== undefined) message[name] = [...(message[name] ?? []), ...delta[name]];
  }
  if (delta.function_call !== undefined) {
    message.function_call ??= { name: delta.function_call.name, arguments: '' };
    message.function_call.arguments += delta.function_call.arguments;
  }
  for (const part of delta.tool_calls ?? []) {
    message.tool_calls ??= [];
    const calls: Loose[] = message.tool_calls;
    must(Number.isInteger(part.index), 'a tool call without index');
    const call = calls[part.index];
    if (call === undefined) {
      must(part.index === calls.length, `tool call ${part.index} after ${calls.length} calls`);
      calls.push(structuredClone(part));
      continue;
    }
    must(part.index === calls.length - 1, 'tool calls overlap');
    must(part.id === undefined && part.type === undefined, 'id or type on a later chunk of a call');
    if (call.function) call.function.arguments += part.function.arguments;
    if (call.custom) call.custom.input += part.custom.input;
  }
}

function checkCall(call: Loose, must: Must): void {
  must(typeof call.id === 'string' && call.id !== '', 'a tool call without id');
  const body = call[call.type];
  must(typeof body?.name === 'string' && body.name !== '', 'a tool call without type or name');
  if (call.type !== 'function') return;
  try {
    const input = JSON.parse(body.arguments) as unknown;
    must(typeof input === 'object' && input !== null && !Array.isArray(input), 'arguments are no object');
  } catch {
    must(false, `arguments are no JSON: ${body.arguments}`);
  }
}

function checkUsage(usage: Loose, must: Must): void {
  for (const name of ['prompt_tokens', 'completion_tokens', 'total_tokens']) {
    must(Number.isInteger(usage[name]) && usage[name] >= 0, `usage.${name} is ${usage[name]}`);
  }
}

const finishReasons = new Set(['stop', 'tool_calls', 'function_call', 'length', 'content_filter']);
