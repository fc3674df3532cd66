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

  const begin = (of: ChatHead): ItemEvents => {
    head = of;
    items = createItemEvents({ head, forms: call.forms }, emitter);
    const response = writeResponse(head, { status: 'in_progress', output: [] });
    emitter.response('response.created', response, echo);
    emitter.response('response.in_progress', response, echo);
    return items;
  };
  const settle = (status: 'completed' | 'incomplete'): void => {
    if (text !== undefined) items?.close(text.index, text.block, status);
    text = undefined;
  };
  const finish = (result: ChatResult): void => {
    const end = writeEnd(result.stop);
    settle(end.status);
    if (call.compacts) emitCompaction(result);
    const output = call.compacts ? [writeCompaction(result)] : (items?.output ?? []);
    const response = writeResponse(result, { ...end, output, usage: result.usage });
    emitter.response(`response.${end.status}`, response, echo);
    keep({ ...response, ...call.echo }, call);
  };
  const emitCompaction = (result: ChatResult): void => {
    const item = writeCompaction(result);
    emitter.event('response.output_item.added', { output_index: 0, item });
    emitter.event('response.output_item.done', { output_index: 0, item });
  };
  const write = (event: ChatEvent): string => {
    if (event.type === 'delta') {
      // The text of a call follows with its end; a summary is not for the client to see.
      if (event.block !== 'tool-call' && !call.compacts) items?.delta(event.block, event.text);
    } else if (event.type === 'start') {
      begin(event);
    } else if (event.type === 'finish') {
      finish(event.result);
    } else if (!call.compacts) {
      settle('completed');
      if (event.type === 'open') items?.open(event.index, event.block);
      else if (event.block.type === 'text') text = { index: event.index, block: event.block };
      else items?.close(event.index, event.block, 'completed');
    }
    return emitter.take();
  };
  const fail = (error: ChatError): string => {
    const { output } = items ?? begin(head);
    settle('completed');
    const response = writeResponse(head, { status: 'failed', output, error: writeResponseError(error) });
    emitter.response('response.failed', response, echo);
    return emitter.take();
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
