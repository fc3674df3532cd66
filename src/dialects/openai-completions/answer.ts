// Answers of the Completions API: the text of the answer and nothing else.
// https://platform.openai.com/docs/api-reference/completions/object
import type { ChatEvents, ChatHead, ChatResult, JsonObject } from '../../core/chat.ts';
import { writeSse } from '../../wire/sse.ts';
import { finishReasons, writeChatUsage, writeError } from '../openai.ts';
import { around, type EventWriter, escapeText, writeStream } from '../stream.ts';
import type { CompletionsCall } from './request.ts';

/** The answer as chunks. */
export function streamAnswer(events: ChatEvents, call: CompletionsCall): AsyncIterable<string> {
  return writeStream(events, createWriter(call), error => writeSse(JSON.stringify(writeError(error))));
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
  let [before, after] = ['', ''];
  const write = (text: string): string => before + escapeText(text) + after;
  const begin = (event: ChatHead): string => {
    head = JSON.stringify(writeHead(event)).slice(0, -1);
    [before, after] = around(text =>
      writeSse(`${head},"choices":[{"index":0,"text":"${text}","logprobs":null,"finish_reason":null}]}`),
    );
    return call.echo === '' ? '' : write(call.echo);
  };
  const end = (result: ChatResult): string => {
    const last = { ...choice(''), finish_reason: finishReason(result) };
    const usage = `${head},"choices":[],"usage":${JSON.stringify(writeChatUsage(result.usage))}}`;
    const texts = [`${head},"choices":[${JSON.stringify(last)}]}`, ...(call.includeUsage ? [usage] : []), '[DONE]'];
    return texts.map(text => writeSse(text)).join('');
  };
  return event => {
    if (event.type === 'start') return begin(event);
    if (event.type === 'delta' && event.block === 'text') return write(event.text);
    return event.type === 'finish' ? end(event.result) : '';
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
