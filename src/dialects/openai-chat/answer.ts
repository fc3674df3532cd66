// Streamed answers of the Chat Completions API.
// https://platform.openai.com/docs/api-reference/chat-streaming
import type { AnswerBlock, ChatEvents, ChatHead, ChatResult, JsonObject, ToolCall, Usage } from '../../core/chat.ts';
import { writeSse } from '../../wire/sse.ts';
import { readCustomInput, writeChatUsage, writeError } from '../openai.ts';
import { around, type EventWriter, escapeText, writeStream } from '../stream.ts';
import { finishReason, writeAnnotations, writeDetail } from './message.ts';
import type { ChatCall } from './request.ts';

/** The answer as chunks. */
export function streamAnswer(events: ChatEvents, call: ChatCall): AsyncIterable<string> {
  return writeStream(events, createWriter(call), error => writeSse(JSON.stringify(writeError(error))));
}

function createWriter(call: ChatCall): EventWriter {
  let head = '';
  // What stands around the text of a delta; undefined where the block has none of its own.
  let frame: readonly [before: string, after: string] | undefined;
  let calls = 0;
  let textLength = 0;

  /** The delta is JSON already. */
  const writeDelta = (delta: string): string => writeSse(`${head}${delta},"finish_reason":null}]}`);
  const write = (delta: JsonObject): string => writeDelta(JSON.stringify(delta));
  const openCall = ({ id, name }: ToolCall): string => {
    const index = calls++;
    if (call.legacy && index > 0) return '';
    if (call.legacy) {
      frame = around(text => writeDelta(`{"content":"","function_call":{"arguments":"${text}"}}`));
      return write({ content: '', function_call: { name, arguments: '' } });
    }
    if (call.custom.has(name)) {
      return write({ content: '', tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] });
    }
    const before = `{"content":"","tool_calls":[{"index":${index},"function":{"arguments":"`;
    frame = around(text => writeDelta(`${before}${text}"}}]}`));
    return write({ content: '', tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
  };
  const open = (block: AnswerBlock): string => {
    frame = undefined;
    if (block.type === 'tool-call') return openCall(block);
    if (block.type === 'text') frame = around(text => writeDelta(`{"content":"${text}"}`));
    if (block.type === 'reasoning') frame = around(text => writeDelta(`{"content":"","reasoning_content":"${text}"}`));
    return '';
  };
  const close = (block: AnswerBlock): string => {
    if (block.type === 'text') {
      const annotations = writeAnnotations(block, textLength);
      textLength += block.text.length;
      return annotations.length === 0 ? '' : write({ content: '', annotations });
    }
    if (block.type === 'reasoning') {
      const details = writeDetail(block);
      return details.length === 0 ? '' : write({ content: '', reasoning_details: details });
    }
    if (block.type !== 'tool-call' || call.legacy || !call.custom.has(block.name)) return '';
    const input = readCustomInput(block.input);
    return write({ content: '', tool_calls: [{ index: calls - 1, custom: { input } }] });
  };

  return event => {
    switch (event.type) {
      case 'start':
        head = `${writeHead(event)},"choices":[{"index":0,"delta":`;
        return write({ role: 'assistant', content: '' });
      case 'open':
        return open(event.block);
      case 'delta':
        return frame === undefined ? '' : frame[0] + escapeText(event.text) + frame[1];
      case 'close':
        return close(event.block);
      case 'finish':
        return writeEnd(event.result, call);
    }
  };
}

function writeHead({ id, createdAt, model }: ChatHead): string {
  const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: createdAt, model };
  return JSON.stringify(head).slice(0, -1);
}

function writeEnd(result: ChatResult, call: ChatCall): string {
  const head = writeHead(result);
  const choice = { index: 0, delta: { content: '' }, finish_reason: finishReason(result, call) };
  const end = writeSse(`${head},"choices":[${JSON.stringify(choice)}]}`);
  return end + (call.includeUsage ? writeUsage(head, result.usage) : '') + writeSse('[DONE]');
}

function writeUsage(head: string, usage: Usage): string {
  return writeSse(`${head},"choices":[],"usage":${JSON.stringify(writeChatUsage(usage))}}`);
}
