// https://platform.openai.com/docs/api-reference/responses-streaming
import type { AnswerBlock, JsonObject, Text, ToolCall } from '../../core/chat.ts';
import { type Emitter, writePrefix } from './emitter.ts';
import { formOf, type ItemContext, itemId, writeEmptyItem, writeItem } from './item.ts';

/** Writes blocks as items, one after the other, each from its announcement to its end. */
export interface ItemEvents {
  open(index: number, block: AnswerBlock): string;
  delta(block: 'text' | 'reasoning', text: string): string;
  close(index: number, block: AnswerBlock, status: 'completed' | 'incomplete'): string;
  /** All finished items. */
  readonly output: readonly JsonObject[];
}

export function createItemEvents(context: ItemContext, emitter: Emitter): ItemEvents {
  const output: JsonObject[] = [];
  let place: JsonObject = {};
  let prefix = '';
  let summarizes = false;

  const open = (index: number, block: AnswerBlock): string => {
    const item = writeEmptyItem(context, block, index);
    place = { item_id: itemId(context, block, index), output_index: index };
    summarizes = false;
    const added = emitter.event('response.output_item.added', { output_index: index, item });
    if (block.type === 'text') return added + openText();
    return block.type === 'search' ? added + openSearch() : added;
  };
  const openText = (): string => {
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    prefix = writePrefix('response.output_text.delta', { ...place, content_index: 0, logprobs: [] });
    return emitter.event('response.content_part.added', { ...place, content_index: 0, part });
  };
  const openSearch = (): string =>
    emitter.event('response.web_search_call.in_progress', place) +
    emitter.event('response.web_search_call.searching', place);
  // A signature alone has no summary, so the part is announced by its first text.
  const openSummary = (): string => {
    const part = { type: 'summary_text', text: '' };
    prefix = writePrefix('response.reasoning_summary_text.delta', { ...place, summary_index: 0 });
    summarizes = true;
    return emitter.event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part });
  };

  const delta = (block: 'text' | 'reasoning', text: string): string => {
    const opened = block === 'reasoning' && !summarizes ? openSummary() : '';
    return opened + emitter.delta(prefix, text);
  };

  const close = (index: number, block: AnswerBlock, status: 'completed' | 'incomplete'): string => {
    const item = writeItem(context, block, index, status);
    output.push(item);
    return closeBlock(block, item) + emitter.event('response.output_item.done', { output_index: index, item });
  };
  const closeBlock = (block: AnswerBlock, item: JsonObject): string => {
    switch (block.type) {
      case 'text':
        return closeText(block, item);
      case 'reasoning':
        return closeSummary(block.text);
      case 'tool-call':
        return closeCall(block, item);
      case 'search':
        return emitter.event('response.web_search_call.completed', place);
    }
  };
  const closeText = (block: Text, item: JsonObject): string => {
    const at = { ...place, content_index: 0 };
    const part = firstPart(item);
    const annotations = Array.isArray(part['annotations']) ? part['annotations'] : [];
    let text = '';
    for (const [index, annotation] of annotations.entries()) {
      text += emitter.event('response.output_text.annotation.added', { ...at, annotation_index: index, annotation });
    }
    text += emitter.event('response.output_text.done', { ...at, text: block.text, logprobs: [] });
    return text + emitter.event('response.content_part.done', { ...at, part });
  };
  const closeSummary = (text: string): string => {
    if (text === '') return '';
    const late = summarizes ? '' : delta('reasoning', text);
    const at = { ...place, summary_index: 0 };
    const done = emitter.event('response.reasoning_summary_text.done', { ...at, text });
    const part = { type: 'summary_text', text };
    return late + done + emitter.event('response.reasoning_summary_part.done', { ...at, part });
  };
  // A call comes whole, so its text is one delta.
  const closeCall = (call: ToolCall, item: JsonObject): string => {
    const { kind } = formOf(context, call);
    if (kind === 'search') return '';
    const [event, member] = callEvents[kind];
    const whole = emitter.event(`${event}.delta`, { ...place, delta: item[member] ?? '' });
    return whole + emitter.event(`${event}.done`, { ...place, [member]: item[member] ?? '' });
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
