// Answers of the Messages API. https://docs.claude.com/en/api/messages-streaming
import type { ChatEvent, ChatEvents, ChatResult, JsonObject, StopReason, Usage } from '../../core/chat.ts';
import type { SseEvent } from '../../wire/sse.ts';
import type { Call } from '../dialect.ts';
import { writeSearch } from '../searches.ts';
import { quote, whole, writeStream } from '../stream.ts';
import { writeBlock, writeCitation, writeEmptyBlock } from './blocks.ts';
import { writeError } from './error.ts';

/** The answer as events. */
export function streamAnswer(events: ChatEvents, call: Call): AsyncIterable<readonly SseEvent[]> {
  return writeStream(events, createWriter(call), error => [
    { event: 'error', data: JSON.stringify(writeError(error)) },
  ]);
}

/** The answer as one object. */
export function writeAnswer(result: ChatResult, call: Call): JsonObject {
  return {
    id: `msg_${result.id}`,
    type: 'message',
    role: 'assistant',
    model: result.model,
    content: result.content.flatMap(block => writeBlock(block, isSilent(call))),
    stop_reason: stopReasons[result.stop],
    stop_sequence: result.stopSequence ?? null,
    usage: writeUsage(result.usage),
  };
}

function createWriter(call: Call): (event: ChatEvent, into: SseEvent[]) => void {
  const silent = isSilent(call);
  // A search is one block of ours and two of the API's.
  let shift = 0;
  let prefix = '';
  const startBlock = (index: number, block: JsonObject): SseEvent => ({
    event: 'content_block_start',
    data: `{"type":"content_block_start","index":${index},"content_block":${JSON.stringify(block)}}`,
  });
  const delta = (index: number, content: JsonObject): SseEvent => ({
    event: 'content_block_delta',
    data: `{"type":"content_block_delta","index":${index},"delta":${JSON.stringify(content)}}`,
  });
  const stopBlock = (index: number): SseEvent => ({
    event: 'content_block_stop',
    data: `{"type":"content_block_stop","index":${index}}`,
  });

  return (event, into) => {
    switch (event.type) {
      case 'start':
        into.push({ event: 'message_start', data: JSON.stringify(startMessage(event)) });
        break;
      case 'open': {
        const index = event.index + shift;
        if (event.block.type === 'search') break;
        into.push(startBlock(index, writeEmptyBlock(event.block)));
        prefix = whole(`{"type":"content_block_delta","index":${index},"delta":`, deltaPrefixes[event.block.type]);
        break;
      }
      case 'delta':
        if (silent && event.block === 'reasoning') break;
        into.push({ event: 'content_block_delta', data: `${prefix}${quote(event.text)}}}` });
        break;
      case 'close': {
        const index = event.index + shift;
        const { block } = event;
        if (block.type === 'search') {
          const [use, result] = writeSearch(block);
          into.push(startBlock(index, { ...use, input: {} }));
          into.push(delta(index, { type: 'input_json_delta', partial_json: JSON.stringify(use['input']) }));
          into.push(stopBlock(index), startBlock(index + 1, result), stopBlock(index + 1));
          shift++;
          break;
        }
        if (block.type === 'text') {
          for (const citation of block.citations ?? []) {
            into.push(delta(index, { type: 'citations_delta', citation: writeCitation(citation) }));
          }
        }
        if (block.type === 'reasoning' && block.signature !== undefined) {
          into.push(delta(index, { type: 'signature_delta', signature: block.signature }));
        }
        into.push(stopBlock(index));
        break;
      }
      case 'finish': {
        const { result } = event;
        const end = { stop_reason: stopReasons[result.stop], stop_sequence: result.stopSequence ?? null };
        const usage = writeUsage(result.usage);
        into.push({ event: 'message_delta', data: JSON.stringify({ type: 'message_delta', delta: end, usage }) });
        into.push({ event: 'message_stop', data: '{"type":"message_stop"}' });
        break;
      }
    }
  };
}

// The client wants the proof that the model thought, and not the thoughts.
function isSilent(call: Call): boolean {
  return call.chat.thinking?.display === 'omitted';
}

function startMessage(event: Extract<ChatEvent, { type: 'start' }>): JsonObject {
  const message = {
    id: `msg_${event.id}`,
    type: 'message',
    role: 'assistant',
    model: event.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: writeUsage({ inputTokens: event.inputTokens, outputTokens: 0 }),
  };
  return { type: 'message_start', message };
}

// Here the input is what was neither read from a cache nor written to it; clients add the three up.
function writeUsage(usage: Usage): JsonObject {
  const read = usage.cacheReadTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  return {
    input_tokens: Math.max(0, usage.inputTokens - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens === undefined
      ? {}
      : { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
    ...(usage.searches === undefined
      ? {}
      : { server_tool_use: { web_search_requests: usage.searches, web_fetch_requests: 0 } }),
  };
}

const stopReasons: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  tool: 'tool_use',
  length: 'max_tokens',
  'stop-sequence': 'stop_sequence',
  refusal: 'refusal',
  pause: 'pause_turn',
  context: 'model_context_window_exceeded',
};

const deltaPrefixes = {
  text: '{"type":"text_delta","text":',
  reasoning: '{"type":"thinking_delta","thinking":',
  'tool-call': '{"type":"input_json_delta","partial_json":',
} as const;
