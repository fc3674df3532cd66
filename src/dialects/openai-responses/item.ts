// https://platform.openai.com/docs/api-reference/responses/object#responses-object-output
import type { AnswerBlock, ChatHead, JsonObject, Text, ToolCall } from '../../core/chat.ts';
import { readCustomInput } from '../openai.ts';
import { writeAnnotations } from './citations.ts';
import { sealReasoning } from './seal.ts';
import { writeSearchItem } from './search-item.ts';
import type { ToolForm } from './tool-table.ts';

/** What items need to know of the answer that they belong to. */
export interface ItemContext {
  readonly head: ChatHead;
  readonly forms: ReadonlyMap<string, ToolForm>;
}

/** A finished block as an item. */
export function writeItem(
  context: ItemContext,
  block: AnswerBlock,
  index: number,
  status: 'completed' | 'incomplete' = 'completed',
): JsonObject {
  const id = itemId(context, block, index);
  switch (block.type) {
    case 'text':
      return { id, type: 'message', status, role: 'assistant', content: [writeTextPart(block)] };
    case 'reasoning': {
      const summary = block.text === '' ? [] : [{ type: 'summary_text', text: block.text }];
      return { id, type: 'reasoning', summary, encrypted_content: sealReasoning(block) ?? null, status };
    }
    case 'search':
      return writeSearchItem(block, id);
    case 'tool-call':
      return writeCall(block, id, formOf(context, block));
  }
}

/** An item as it is announced, before anything of it is known. */
export function writeEmptyItem(context: ItemContext, block: AnswerBlock, index: number): JsonObject {
  const item = writeItem(context, block, index);
  const status = 'in_progress';
  switch (item['type']) {
    case 'message':
      return { ...item, status, content: [] };
    case 'reasoning':
      return { ...item, status, summary: [] };
    case 'function_call':
      return { ...item, status, arguments: '' };
    case 'custom_tool_call':
      return { ...item, status, input: '' };
    case 'tool_search_call':
      return { ...item, status, arguments: {} };
    default: {
      const { results: _, error: _error, ...rest } = item;
      return { ...rest, status };
    }
  }
}

/** The one part of a message. */
export function writeTextPart(block: Text): JsonObject {
  return { type: 'output_text', text: block.text, annotations: writeAnnotations(block), logprobs: [] };
}

/** The same in a stream and in a whole answer, and telling the answer that it belongs to. */
export function itemId(context: ItemContext, block: AnswerBlock, index: number): string {
  const prefix = block.type === 'tool-call' ? callPrefixes[formOf(context, block).kind] : prefixes[block.type];
  return `${prefix}_${context.head.id}_${index}`;
}

/** How the tool of a call was declared; one that nobody declared is a function. */
export function formOf(context: ItemContext, call: ToolCall): ToolForm {
  return context.forms.get(call.name) ?? { kind: 'function', name: call.name };
}

function writeCall(call: ToolCall, id: string, form: ToolForm): JsonObject {
  const status = 'completed';
  const namespace = form.namespace === undefined ? {} : { namespace: form.namespace };
  switch (form.kind) {
    case 'function': {
      const text = call.json === undefined || call.json === '' ? JSON.stringify(call.input) : call.json;
      return { id, type: 'function_call', status, call_id: call.id, name: form.name, ...namespace, arguments: text };
    }
    case 'custom': {
      const input = readCustomInput(call.input);
      return { id, type: 'custom_tool_call', status, call_id: call.id, name: form.name, ...namespace, input };
    }
    case 'search':
      return { id, type: 'tool_search_call', status, call_id: call.id, execution: 'client', arguments: call.input };
  }
}

const prefixes = { text: 'msg', reasoning: 'rs', search: 'ws' } as const;
const callPrefixes = { function: 'fc', custom: 'ctc', search: 'tsc' } as const;
