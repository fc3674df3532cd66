// https://platform.openai.com/docs/guides/conversation-state#compaction
import type { ChatRequest, ChatResult, JsonObject } from '../../core/chat.ts';
import { type Entry, itemType } from './entries.ts';
import { sealSummary } from './seal.ts';

/** Whether the client wants its conversation made shorter instead of answered. */
export function wantsSummary(entries: readonly Entry[]): boolean {
  const last = entries.at(-1);
  return last !== undefined && itemType(last.item) === 'compaction_trigger';
}

/** The same conversation with one more request: to sum it up. */
export function askForSummary(chat: ChatRequest): ChatRequest {
  const { search: _search, format: _format, ...rest } = chat;
  return {
    ...rest,
    messages: [...chat.messages, { role: 'user', content: [{ type: 'text', text: request }] }],
    tools: [],
    toolChoice: { type: 'none' },
  };
}

/** The item that stands for everything before it. Nobody but the gateway reads it. */
export function writeCompaction({ id, content }: ChatResult): JsonObject {
  const summary = content.map(block => (block.type === 'text' ? block.text : '')).join('');
  return { id: `cmp_${id}_0`, type: 'compaction', encrypted_content: sealSummary(summary) };
}

const request = [
  'Sum up this conversation. Your summary will take its place, and the work goes on from it alone.',
  'Keep what was asked for, what was decided and why, what has been done and found out (with exact names of files,',
  'commands, values and errors), and what is still to do. Answer with the summary and nothing else.',
].join('\n');
