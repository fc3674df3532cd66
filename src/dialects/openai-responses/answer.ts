// https://platform.openai.com/docs/api-reference/responses-streaming
import type { ChatEvent, ChatEvents, ChatHead, ChatResult, JsonObject, Text } from '../../core/chat.ts';
import type { ChatError } from '../../core/errors.ts';
import { writeStream } from '../stream.ts';
import { writeCompacted } from './compact-request.ts';
import { writeCompaction } from './compaction.ts';
import { createEmitter } from './emitter.ts';
import { writeItem } from './item.ts';
import { createItemEvents, type ItemEvents } from './item-events.ts';
import type { ResponsesCall } from './request.ts';
import { writeEnd, writeResponse, writeResponseError } from './response.ts';

/** Hears of every finished answer. */
export type Keep = (response: JsonObject, call: ResponsesCall) => void;

/** An answer as events, in the order that the API promises. */
export function streamAnswer(events: ChatEvents, call: ResponsesCall, keep: Keep): AsyncIterable<string> {
  // It can be large (all tools) and never changes.
  const echo = JSON.stringify(call.echo).slice(1, -1);
  const emitter = createEmitter();
  let head: ChatHead = { id: 'unknown', model: call.chat.model, createdAt: 0 };
  let items: ItemEvents | undefined;
  // A text waits for what follows it: only the end of the answer tells whether it was cut.
  let text: { readonly index: number; readonly block: Text } | undefined;

  const begin = (of: ChatHead): string => {
    head = of;
    items = createItemEvents({ head, forms: call.forms }, emitter);
    const response = writeResponse(head, { status: 'in_progress', output: [] });
    const created = emitter.response('response.created', response, echo);
    return created + emitter.response('response.in_progress', response, echo);
  };
  const settle = (status: 'completed' | 'incomplete'): string => {
    const settled = text;
    text = undefined;
    return (settled && items?.close(settled.index, settled.block, status)) ?? '';
  };
  const finish = (result: ChatResult): string => {
    const end = writeEnd(result.stop);
    const before = settle(end.status) + (call.compacts ? writeCompactionEvents(result) : '');
    const output = call.compacts ? [writeCompaction(result)] : (items?.output ?? []);
    const response = writeResponse(result, { ...end, output, usage: result.usage });
    keep({ ...response, ...call.echo }, call);
    return before + emitter.response(`response.${end.status}`, response, echo);
  };
  const writeCompactionEvents = (result: ChatResult): string => {
    const item = writeCompaction(result);
    const added = emitter.event('response.output_item.added', { output_index: 0, item });
    return added + emitter.event('response.output_item.done', { output_index: 0, item });
  };
  const writeBlock = (event: Extract<ChatEvent, { type: 'open' | 'close' }>): string => {
    const before = settle('completed');
    if (event.type === 'open') return before + (items?.open(event.index, event.block) ?? '');
    if (event.block.type !== 'text') return before + (items?.close(event.index, event.block, 'completed') ?? '');
    text = { index: event.index, block: event.block };
    return before;
  };
  const write = (event: ChatEvent): string => {
    switch (event.type) {
      case 'start':
        return begin(event);
      case 'delta':
        // The text of a call follows with its end; a summary is not for the client to see.
        if (event.block === 'tool-call' || call.compacts) return '';
        return items?.delta(event.block, event.text) ?? '';
      case 'finish':
        return finish(event.result);
      default:
        return call.compacts ? '' : writeBlock(event);
    }
  };
  const fail = (error: ChatError): string => {
    const before = (items === undefined ? begin(head) : '') + settle('completed');
    const output = items?.output ?? [];
    const response = writeResponse(head, { status: 'failed', output, error: writeResponseError(error) });
    return before + emitter.response('response.failed', response, echo);
  };
  return writeStream(events, write, fail);
}

/** The same answer at once. */
export function writeAnswer(result: ChatResult, call: ResponsesCall, keep: Keep): JsonObject {
  if (call.compactsOnly) return writeCompacted(result);
  const end = writeEnd(result.stop);
  const context = { head: result, forms: call.forms };
  const output = result.content.map((block, index) => {
    const last = index === result.content.length - 1;
    return writeItem(context, block, index, last && block.type === 'text' ? end.status : 'completed');
  });
  const whole = call.compacts ? [writeCompaction(result)] : output;
  const response = { ...writeResponse(result, { ...end, output: whole, usage: result.usage }), ...call.echo };
  keep(response, call);
  return response;
}
