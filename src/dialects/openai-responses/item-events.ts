// https://platform.openai.com/docs/api-reference/responses-streaming
import type { AnswerBlock, JsonObject, Text, ToolCall } from '../../core/chat.ts';
import { type Emitter, writePrefix } from './emitter.ts';
import { formOf, type ItemContext, itemId, writeEmptyItem, writeItem } from './item.ts';

/** Writes blocks as items, one after the other, each from its announcement to its end. */
export interface ItemEvents {
  open(index: number, block: AnswerBlock): void;
  delta(block: 'text' | 'reasoning', text: string): void;
  close(index: number, block: AnswerBlock, status: 'completed' | 'incomplete'): void;
  /** All finished items. */
  readonly output: readonly JsonObject[];
}

export function createItemEvents(context: ItemContext, emitter: Emitter): ItemEvents {
  const output: JsonObject[] = [];
  let place: JsonObject = {};
  let prefix = '';
  let summarizes = false;

  const open = (index: number, block: AnswerBlock): void => {
    const item = writeEmptyItem(context, block, index);
    place = { item_id: itemId(context, block, index), output_index: index };
    emitter.event('response.output_item.added', { output_index: index, item });
    if (block.type === 'text') openText();
    if (block.type === 'search') openSearch();
    summarizes = false;
  };
  const openText = (): void => {
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    emitter.event('response.content_part.added', { ...place, content_index: 0, part });
    prefix = writePrefix('response.output_text.delta', { ...place, content_index: 0, logprobs: [] });
  };
  const openSearch = (): void => {
    emitter.event('response.web_search_call.in_progress', place);
    emitter.event('response.web_search_call.searching', place);
  };
  // A signature alone has no summary, so the part is announced by its first text.
  const openSummary = (): void => {
    const part = { type: 'summary_text', text: '' };
    emitter.event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part });
    prefix = writePrefix('response.reasoning_summary_text.delta', { ...place, summary_index: 0 });
    summarizes = true;
  };

  const delta = (block: 'text' | 'reasoning', text: string): void => {
    if (block === 'reasoning' && !summarizes) openSummary();
    emitter.delta(prefix, text);
  };

  const close = (index: number, block: AnswerBlock, status: 'completed' | 'incomplete'): void => {
    const item = writeItem(context, block, index, status);
    if (block.type === 'text') closeText(block, item);
    else if (block.type === 'reasoning') closeSummary(block.text);
    else if (block.type === 'tool-call') closeCall(block, item);
    else emitter.event('response.web_search_call.completed', place);
    emitter.event('response.output_item.done', { output_index: index, item });
    output.push(item);
  };
  const closeText = (block: Text, item: JsonObject): void => {
    const at = { ...place, content_index: 0 };
    const part = firstPart(item);
    const annotations = Array.isArray(part['annotations']) ? part['annotations'] : [];
    for (const [index, annotation] of annotations.entries()) {
      emitter.event('response.output_text.annotation.added', { ...at, annotation_index: index, annotation });
    }
    emitter.event('response.output_text.done', { ...at, text: block.text, logprobs: [] });
    emitter.event('response.content_part.done', { ...at, part });
  };
  const closeSummary = (text: string): void => {
    if (text === '') return;
    if (!summarizes) delta('reasoning', text);
    const at = { ...place, summary_index: 0 };
    emitter.event('response.reasoning_summary_text.done', { ...at, text });
    emitter.event('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text } });
  };
  // A call comes whole, so its text is one delta.
  const closeCall = (call: ToolCall, item: JsonObject): void => {
    const { kind } = formOf(context, call);
    if (kind === 'search') return;
    const [event, member] = callEvents[kind];
    emitter.event(`${event}.delta`, { ...place, delta: item[member] ?? '' });
    emitter.event(`${event}.done`, { ...place, [member]: item[member] ?? '' });
  };
  return { open, delta, close, output };
}

function firstPart(item: JsonObject): JsonObject {
  const content = item['content'];
  return (Array.isArray(content) ? content[0] : undefined) ?? {};
}

const callEvents = {
  function: ['response.function_call_arguments', 'arguments'],
  custom: ['response.custom_tool_call_input', 'input'],
} as const;
