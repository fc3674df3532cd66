// https://platform.openai.com/docs/api-reference/responses/compact
import type { ChatResult, JsonObject } from '../../core/chat.ts';
import { isList, readObject } from '../body.ts';
import type { Header } from '../dialect.ts';
import { writeResponsesUsage } from '../openai.ts';
import { writeCompaction } from './compaction.ts';
import { type ResponsesCall, readRequest } from './request.ts';
import { responseId } from './response.ts';
import type { ResponseStore } from './store.ts';

/** Reads a request of the endpoint that makes a conversation shorter and does nothing else. */
export function readCompactRequest(body: unknown, header: Header, store?: ResponseStore): ResponsesCall {
  const fields = readObject(body, 'body');
  const input = fields['input'] ?? [];
  const items = isList(input) ? input : [{ type: 'message', role: 'user', content: input }];
  const asked = { ...fields, input: [...items, { type: 'compaction_trigger' }], stream: false, store: false };
  return { ...readRequest(asked, header, store), compactsOnly: true };
}

/** What the conversation has become: the items to go on from. */
export function writeCompacted(result: ChatResult): JsonObject {
  return {
    id: responseId(result),
    object: 'response.compaction',
    created_at: result.createdAt,
    output: [writeCompaction(result)],
    usage: writeResponsesUsage(result.usage),
  };
}
