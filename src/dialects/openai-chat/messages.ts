import { readArguments } from '../../core/arguments.ts';
import type { Block, Json, JsonObject, Message, Reasoning, ToolCall, ToolResult } from '../../core/chat.ts';
import { invalid, isList, isObject, optionalString, readList, readName, readObject, readString } from '../body.ts';
import { addNotes, readContent, readResultContent, splitByRole } from '../content.ts';

/** Reads the messages of a request, and where they stand in it. `path` is the name of the list. */
export function readMessages(
  values: readonly unknown[],
  path: string,
): { readonly messages: readonly Message[]; readonly paths: readonly string[] } {
  const seen: Seen = { functions: new Map() };
  const paths: string[] = [];
  const messages = values.flatMap((value, index) => {
    const at = `${path}[${index}]`;
    const read = readMessage(readObject(value, at), at, seen);
    paths.push(...read.map(() => at));
    return read;
  });
  return { messages: addNotes(messages), paths };
}

interface Seen {
  /** The ids of calls in the old form, which have none of their own, by the function's name. */
  readonly functions: Map<string, string>;
}

function readMessage(message: JsonObject, path: string, seen: Seen): Message[] {
  const content = message['content'];
  switch (message['role']) {
    case 'system':
    case 'developer':
      return splitByRole('system', readContent(content, `${path}.content`));
    case 'user':
      return splitByRole('user', readContent(content, `${path}.content`));
    case 'assistant':
      return splitByRole('assistant', readAssistant(message, path, seen));
    case 'tool':
      return splitByRole('user', readToolMessage(message, path));
    case 'function':
      return [{ role: 'user', content: [readFunctionMessage(message, path, seen)] }];
    default:
      throw invalid(`${path}.role`, 'must be "system", "developer", "user", "assistant", "tool" or "function"');
  }
}

// Clients that write blocks into the content may say the same again beside it: the blocks are the fuller form.
function readAssistant(message: JsonObject, path: string, seen: Seen): Block[] {
  const content = readContent(withAnnotations(message), `${path}.content`);
  const refusal = optionalString(message['refusal']);
  const calls = readList(message['tool_calls'] ?? [], `${path}.tool_calls`).map((call, index) => {
    const at = `${path}.tool_calls[${index}]`;
    return readToolCall(readObject(call, at), at);
  });
  const known = new Set(content.flatMap(block => (block.type === 'tool-call' ? [keyOf(block)] : [])));
  return [
    ...(content.some(block => block.type === 'reasoning') ? [] : readReasoning(message)),
    ...content,
    ...(refusal === undefined ? [] : [{ type: 'text' as const, text: refusal }]),
    ...calls.filter(call => !known.has(keyOf(call))),
    ...readFunctionCall(message['function_call'], path, seen),
  ];
}

const keyOf = ({ id, name, input }: ToolCall): string => JSON.stringify([id, name, input]);

// Here the pages that a text cites stand beside it.
function withAnnotations({ content = null, annotations = null }: JsonObject): Json {
  const cites = typeof content === 'string' && isList(annotations) && annotations.length > 0;
  return cites ? [{ type: 'text', text: content, annotations }] : content;
}

// `reasoning_details` is the whole of it; the other two are its text, for clients that keep no more.
function readReasoning(message: JsonObject): Reasoning[] {
  const details = message['reasoning_details'];
  const read = isList(details) ? details.flatMap(detail => (isObject(detail) ? readDetail(detail) : [])) : [];
  if (read.length > 0) return read;
  const text = optionalString(message['reasoning_content']) ?? optionalString(message['reasoning']);
  return text === undefined ? [] : [{ type: 'reasoning', text }];
}

function readDetail(detail: JsonObject): Reasoning[] {
  const redacted = optionalString(detail['data']);
  if (redacted !== undefined) return [{ type: 'reasoning', text: '', redacted }];
  const text = optionalString(detail['text']) ?? optionalString(detail['summary']) ?? '';
  const signature = optionalString(detail['signature']);
  if (signature !== undefined) return [{ type: 'reasoning', text, signature }];
  return text === '' ? [] : [{ type: 'reasoning', text }];
}

function readToolCall(call: JsonObject, path: string): ToolCall {
  const nested = isObject(call['function']) ? 'function' : isObject(call['custom']) ? 'custom' : undefined;
  const at = nested === undefined ? path : `${path}.${nested}`;
  const body = nested === undefined ? call : readObject(call[nested], at);
  const id = optionalString(call['id']) ?? optionalString(call['call_id']) ?? madeId(path);
  const name = readName(body['name'], `${at}.name`);
  if (nested === 'custom' || (call['type'] === 'custom' && body['arguments'] === undefined)) {
    const input = readString(body['input'] ?? '', `${at}.input`);
    return { type: 'tool-call', id, name, input: { input } };
  }
  return readCall(id, name, body['arguments'] ?? body['input'], `${at}.arguments`);
}

function readCall(id: string, name: string, value: unknown, path: string): ToolCall {
  if (value === undefined || value === null) return { type: 'tool-call', id, name, input: {} };
  if (isObject(value)) return { type: 'tool-call', id, name, input: value };
  const text = readString(value, path);
  const { input, note } = readArguments(text);
  return { type: 'tool-call', id, name, input, ...(note === undefined ? {} : { json: text }) };
}

function readFunctionCall(value: unknown, path: string, seen: Seen): ToolCall[] {
  if (value === undefined || value === null) return [];
  const at = `${path}.function_call`;
  const call = readObject(value, at);
  const name = readName(call['name'], `${at}.name`);
  const id = madeId(at);
  seen.functions.set(name, id);
  return [readCall(id, name, call['arguments'], `${at}.arguments`)];
}

function readToolMessage(message: JsonObject, path: string): Block[] {
  const content = message['content'];
  const id = optionalString(message['tool_call_id']);
  const ownResults = isList(content) && content.some(part => isObject(part) && part['type'] === 'tool_result');
  if (id === undefined && ownResults) return readContent(content, `${path}.content`);
  return [
    {
      type: 'tool-result',
      id: id ?? readName(message['tool_call_id'], `${path}.tool_call_id`),
      content: readResultContent(content, `${path}.content`),
      isError: message['is_error'] === true,
    },
  ];
}

function readFunctionMessage(message: JsonObject, path: string, seen: Seen): ToolResult {
  const name = readName(message['name'], `${path}.name`);
  const content = readResultContent(message['content'], `${path}.content`);
  return { type: 'tool-result', id: seen.functions.get(name) ?? madeId(`${path}.${name}`), content, isError: false };
}

// The same conversation must always make the same ids.
function madeId(path: string): string {
  return `call_${path.replace(/[^a-zA-Z0-9]+/g, '_').replace(/_$/, '')}`;
}
