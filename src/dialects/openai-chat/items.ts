// Some clients send the items of the Responses API to the chat endpoint. Each one becomes the chat message that says
// the same, at the same index.
import type { Json, JsonObject } from '../../core/chat.ts';
import { invalid, isList, isObject } from '../body.ts';

/** Chat messages out of a Responses `input`. */
export function fromItems(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  if (!isList(input)) throw invalid('input', 'must be a string or a list');
  if (input.length === 0) throw invalid('input', 'must hold at least one item');
  return input.map(item => (isObject(item) && item['role'] === undefined ? fromItem(item) : item));
}

function fromItem(item: JsonObject): JsonObject {
  const { type, call_id: id = null, name = null, output = null } = item;
  switch (type) {
    case 'function_call':
      return { role: 'assistant', tool_calls: [{ id, function: { name, arguments: item['arguments'] ?? null } }] };
    case 'custom_tool_call':
      return { role: 'assistant', tool_calls: [{ id, custom: { name, input: item['input'] ?? null } }] };
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'tool', tool_call_id: id, content: output };
    case 'reasoning':
      return { role: 'assistant', reasoning_content: readSummary(item['summary']) };
    default:
      return { role: 'assistant', content: [item] };
  }
}

function readSummary(summary: Json | undefined): string {
  if (!isList(summary)) return '';
  return summary.map(part => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}
