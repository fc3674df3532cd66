// Answers of the Completions API: the text of the answer and nothing else.
// https://platform.openai.com/docs/api-reference/completions/object
import type { ChatEvents, ChatHead, ChatResult, JsonObject } from '../../core/chat.ts';
import type { SseEvent } from '../../wire/sse.ts';
import { finishReasons, writeChatUsage, writeError } from '../openai.ts';
import { type EventWriter, quote, writeStream } from '../stream.ts';
import type { CompletionsCall } from './request.ts';

/** The answer as chunks. */
export function streamAnswer(events: ChatEvents, call: CompletionsCall): AsyncIterable<readonly SseEvent[]> {
  return writeStream(events, createWriter(call), error => [{ data: JSON.stringify(writeError(error)) }]);
}

/** The answer as one object. */
export function writeAnswer(result: ChatResult, call: CompletionsCall): JsonObject {
  const texts = result.content.map(block => (block.type === 'text' ? block.text : ''));
  return {
    ...writeHead(result),
    choices: [{ ...choice(call.echo + texts.join('')), finish_reason: finishReason(result) }],
    usage: writeChatUsage(result.usage),
  };
}

function createWriter(call: CompletionsCall): EventWriter {
  let head = '';
  const write = (text: string): SseEvent => ({
    data: `${head},"choices":[{"index":0,"text":${quote(text)},"logprobs":null,"finish_reason":null}]}`,
  });
  return (event, into) => {
    if (event.type === 'start') {
      head = JSON.stringify(writeHead(event)).slice(0, -1);
      if (call.echo !== '') into.push(write(call.echo));
    }
    if (event.type === 'delta' && event.block === 'text') into.push(write(event.text));
    if (event.type === 'finish') {
      const last = { ...choice(''), finish_reason: finishReason(event.result) };
      into.push({ data: `${head},"choices":[${JSON.stringify(last)}]}` });
      if (call.includeUsage) {
        into.push({ data: `${head},"choices":[],"usage":${JSON.stringify(writeChatUsage(event.result.usage))}}` });
      }
      into.push({ data: '[DONE]' });
    }
  };
}

// A prompt declares no tools, and this API has no word for them.
function finishReason(result: ChatResult): string {
  return result.stop === 'tool' ? 'stop' : finishReasons[result.stop];
}

function choice(text: string): JsonObject {
  return { index: 0, text, logprobs: null };
}

function writeHead({ id, createdAt, model }: ChatHead): JsonObject {
  return { id: `cmpl-${id}`, object: 'text_completion', created: createdAt, model };
}
