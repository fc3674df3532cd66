// Answers of the Messages API. https://docs.claude.com/en/api/messages-streaming
import type {
  AnswerBlock,
  ChatEvent,
  ChatEvents,
  ChatResult,
  JsonObject,
  Search,
  StopReason,
  Usage,
} from '../../core/chat.ts';
import { writeSse } from '../../wire/sse.ts';
import type { Call } from '../dialect.ts';
import { writeSearch } from '../searches.ts';
import { around, type EventWriter, escapeText, writeStream } from '../stream.ts';
import { writeBlock, writeCitation, writeEmptyBlock } from './blocks.ts';
import { writeError } from './error.ts';

/** The answer as events. */
export function streamAnswer(events: ChatEvents, call: Call): AsyncIterable<string> {
  return writeStream(events, createWriter(call), error => writeSse(JSON.stringify(writeError(error)), 'error'));
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

function createWriter(call: Call): EventWriter {
  const silent = isSilent(call);
  // A search is one block of ours and two of the API's.
  let shift = 0;
  let [before, after] = ['', ''];
  const open = (block: AnswerBlock, index: number): string => {
    if (block.type === 'search') return '';
    [before, after] = around(text => writeDelta(index, `${deltaPrefixes[block.type]}${text}"}`));
    return startBlock(index, writeEmptyBlock(block));
  };
  const closeSearch = (search: Search, index: number): string => {
    shift += 1;
    const [use, result] = writeSearch(search);
    const input = JSON.stringify({ type: 'input_json_delta', partial_json: JSON.stringify(use['input']) });
    const call = startBlock(index, { ...use, input: {} }) + writeDelta(index, input) + stopBlock(index);
    return call + startBlock(index + 1, result) + stopBlock(index + 1);
  };
  const close = (block: AnswerBlock, index: number): string => {
    if (block.type === 'search') return closeSearch(block, index);
    let text = '';
    if (block.type === 'text') {
      for (const citation of block.citations ?? []) {
        text += writeDelta(index, JSON.stringify({ type: 'citations_delta', citation: writeCitation(citation) }));
      }
    }
    if (block.type === 'reasoning' && block.signature !== undefined) {
      text += writeDelta(index, JSON.stringify({ type: 'signature_delta', signature: block.signature }));
    }
    return text + stopBlock(index);
  };

  return event => {
    switch (event.type) {
      case 'start':
        return writeSse(JSON.stringify(startMessage(event)), 'message_start');
      case 'open':
        return open(event.block, event.index + shift);
      case 'delta':
        if (silent && event.block === 'reasoning') return '';
        return before + escapeText(event.text) + after;
      case 'close':
        return close(event.block, event.index + shift);
      case 'finish':
        return writeEnd(event.result);
    }
  };
}

function startBlock(index: number, block: JsonObject): string {
  const start = `{"type":"content_block_start","index":${index},"content_block":${JSON.stringify(block)}}`;
  return writeSse(start, 'content_block_start');
}

/** The delta is JSON already. */
function writeDelta(index: number, delta: string): string {
  return writeSse(`{"type":"content_block_delta","index":${index},"delta":${delta}}`, 'content_block_delta');
}

function stopBlock(index: number): string {
  return writeSse(`{"type":"content_block_stop","index":${index}}`, 'content_block_stop');
}

function writeEnd(result: ChatResult): string {
  const delta = { stop_reason: stopReasons[result.stop], stop_sequence: result.stopSequence ?? null };
  const end = { type: 'message_delta', delta, usage: writeUsage(result.usage) };
  return writeSse(JSON.stringify(end), 'message_delta') + writeSse('{"type":"message_stop"}', 'message_stop');
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
  text: '{"type":"text_delta","text":"',
  reasoning: '{"type":"thinking_delta","thinking":"',
  'tool-call': '{"type":"input_json_delta","partial_json":"',
} as const;
