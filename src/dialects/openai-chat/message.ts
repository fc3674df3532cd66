// Whole answers of the Chat Completions API. https://platform.openai.com/docs/api-reference/chat/object
import type { ChatResult, JsonObject, Reasoning, Text, ToolCall } from '../../core/chat.ts';
import { finishReasons, readCustomInput, writeChatUsage } from '../openai.ts';
import type { ChatCall } from './request.ts';

/** The answer as one object. */
export function writeAnswer(result: ChatResult, call: ChatCall): JsonObject {
  return {
    id: `chatcmpl-${result.id}`,
    object: 'chat.completion',
    created: result.createdAt,
    model: result.model,
    choices: [{ index: 0, message: writeMessage(result, call), finish_reason: finishReason(result, call) }],
    usage: writeChatUsage(result.usage),
  };
}

/** Why the answer ended. */
export function finishReason(result: ChatResult, call: ChatCall): string {
  return result.stop === 'tool' && call.legacy ? 'function_call' : finishReasons[result.stop];
}

/** What is needed to send a thought back: opaque parts that `reasoning_content` has no place for. */
export function writeDetail(block: Reasoning): JsonObject[] {
  if (block.redacted !== undefined) return [{ type: 'reasoning.encrypted', data: block.redacted }];
  if (block.signature === undefined) return [];
  return [{ type: 'reasoning.text', text: block.text, signature: block.signature }];
}

/** The pages that a text cites; `start` is where it begins in the whole content. */
export function writeAnnotations(block: Text, start: number): JsonObject[] {
  return (block.citations ?? []).map(({ url, title }) => ({
    type: 'url_citation',
    url_citation: { url, title, start_index: start, end_index: start + block.text.length },
  }));
}

function writeMessage(result: ChatResult, call: ChatCall): JsonObject {
  const texts = result.content.filter(block => block.type === 'text');
  const thoughts = result.content.filter(block => block.type === 'reasoning');
  const calls = result.content.filter(block => block.type === 'tool-call');
  const content = texts.map(block => block.text).join('');
  const reasoning = thoughts.map(block => block.text).join('');
  const details = thoughts.flatMap(writeDetail);
  const annotations = annotateAll(texts);
  return {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...writeCalls(calls, call),
  };
}

function annotateAll(texts: readonly Text[]): JsonObject[] {
  let start = 0;
  return texts.flatMap(block => {
    const annotations = writeAnnotations(block, start);
    start += block.text.length;
    return annotations;
  });
}

function writeCalls(calls: readonly ToolCall[], call: ChatCall): JsonObject {
  const [first] = calls;
  if (first === undefined) return {};
  if (call.legacy) return { function_call: { name: first.name, arguments: writeArguments(first) } };
  return {
    tool_calls: calls.map(block =>
      call.custom.has(block.name)
        ? { id: block.id, type: 'custom', custom: { name: block.name, input: readCustomInput(block.input) } }
        : { id: block.id, type: 'function', function: { name: block.name, arguments: writeArguments(block) } },
    ),
  };
}

function writeArguments(block: ToolCall): string {
  return block.json ?? JSON.stringify(block.input);
}
