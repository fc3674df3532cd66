// Streamed answers of the Chat Completions API.
// https://platform.openai.com/docs/api-reference/chat-streaming
import type { AnswerBlock, ChatEvents, ChatHead, ChatResult, JsonObject, ToolCall } from '../../core/chat.ts';
import type { SseEvent } from '../../wire/sse.ts';
import { readCustomInput, writeChatUsage, writeError } from '../openai.ts';
import { type EventWriter, quote, whole, writeStream } from '../stream.ts';
import { finishReason, writeAnnotations, writeDetail } from './message.ts';
import type { ChatCall } from './request.ts';

/** The answer as chunks. */
export function streamAnswer(events: ChatEvents, call: ChatCall): AsyncIterable<readonly SseEvent[]> {
  return writeStream(events, createWriter(call), error => [{ data: JSON.stringify(writeError(error)) }]);
}

function createWriter(call: ChatCall): EventWriter {
  let head = '';
  // What stands around the text of a delta; undefined where the block has none of its own.
  let around: readonly [before: string, after: string] | undefined;
  let calls = 0;
  let textLength = 0;

  const write = (delta: JsonObject): SseEvent => ({ data: `${head}${JSON.stringify(delta)}${tail}` });
  const openCall = ({ id, name }: ToolCall): SseEvent[] => {
    const index = calls++;
    if (call.legacy && index > 0) return [];
    if (call.legacy) {
      around = [whole(head, '{"content":"","function_call":{"arguments":'), whole('}}', tail)];
      return [write({ content: '', function_call: { name, arguments: '' } })];
    }
    if (call.custom.has(name)) {
      return [write({ content: '', tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] })];
    }
    const before = `{"content":"","tool_calls":[{"index":${index},"function":{"arguments":`;
    around = [whole(head, before), whole('}}]}', tail)];
    return [write({ content: '', tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })];
  };
  const open = (block: AnswerBlock): SseEvent[] => {
    around = undefined;
    if (block.type === 'tool-call') return openCall(block);
    if (block.type === 'text') around = [whole(head, '{"content":'), whole('}', tail)];
    if (block.type === 'reasoning') around = [whole(head, '{"content":"","reasoning_content":'), whole('}', tail)];
    return [];
  };
  const close = (block: AnswerBlock): SseEvent[] => {
    if (block.type === 'text') {
      const annotations = writeAnnotations(block, textLength);
      textLength += block.text.length;
      return annotations.length === 0 ? [] : [write({ content: '', annotations })];
    }
    if (block.type === 'reasoning') {
      const details = writeDetail(block);
      return details.length === 0 ? [] : [write({ content: '', reasoning_details: details })];
    }
    if (block.type !== 'tool-call' || call.legacy || !call.custom.has(block.name)) return [];
    const input = readCustomInput(block.input);
    return [write({ content: '', tool_calls: [{ index: calls - 1, custom: { input } }] })];
  };

  return (event, into) => {
    switch (event.type) {
      case 'start':
        head = `${writeHead(event)},"choices":[{"index":0,"delta":`;
        into.push(write({ role: 'assistant', content: '' }));
        break;
      case 'open':
        into.push(...open(event.block));
        break;
      case 'delta':
        if (around !== undefined) into.push({ data: around[0] + quote(event.text) + around[1] });
        break;
      case 'close':
        into.push(...close(event.block));
        break;
      case 'finish':
        into.push(...finish(event.result, call));
        break;
    }
  };
}

const tail = ',"finish_reason":null}]}';

function writeHead({ id, createdAt, model }: ChatHead): string {
  const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: createdAt, model };
  return JSON.stringify(head).slice(0, -1);
}

function finish(result: ChatResult, call: ChatCall): SseEvent[] {
  const head = writeHead(result);
  const choice = { index: 0, delta: { content: '' }, finish_reason: finishReason(result, call) };
  const events: SseEvent[] = [{ data: `${head},"choices":[${JSON.stringify(choice)}]}` }];
  if (call.includeUsage) {
    events.push({ data: `${head},"choices":[],"usage":${JSON.stringify(writeChatUsage(result.usage))}}` });
  }
  events.push({ data: '[DONE]' });
  return events;
}
