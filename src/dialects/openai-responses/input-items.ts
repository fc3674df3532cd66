// https://platform.openai.com/docs/api-reference/responses/input-items
import type { JsonObject } from '../../core/chat.ts';
import { invalid, optionalString } from '../body.ts';
import { itemType } from './entries.ts';
import { findStored, type ResponseStore } from './store.ts';

/** A page of the items that an answer was made from, the newest first unless the query says otherwise. */
export function listInputItems(store: ResponseStore, id: string, query: URLSearchParams): JsonObject {
  const { response, items } = findStored(store, id);
  const output = Array.isArray(response['output']) ? response['output'].length : 0;
  const given = items.slice(0, items.length - output).map((item, index) => complete(item, id, index));
  const ordered = readOrder(query.get('order')) === 'asc' ? given : given.toReversed();
  const after = query.get('after');
  const first = after === null ? 0 : placeOf(ordered, after) + 1;
  const page = ordered.slice(first, first + readLimit(query.get('limit')));
  return {
    object: 'list',
    data: page,
    first_id: page.at(0)?.['id'] ?? null,
    last_id: page.at(-1)?.['id'] ?? null,
    has_more: first + page.length < ordered.length,
  };
}

// Clients leave out what the API itself would fill in.
function complete(item: JsonObject, response: string, index: number): JsonObject {
  const type = itemType(item);
  const id = optionalString(item['id']) ?? `${prefixes[type] ?? 'item'}_${response.slice('resp_'.length)}_in_${index}`;
  if (type !== 'message') return { ...item, id, type };
  const { content } = item;
  const part = { type: item['role'] === 'assistant' ? 'output_text' : 'input_text', text: content ?? '' };
  return { status: 'completed', ...item, id, type, content: typeof content === 'string' ? [part] : (content ?? []) };
}

function readOrder(order: string | null): string {
  if (order === null || order === 'asc' || order === 'desc') return order ?? 'desc';
  throw invalid('order', 'must be "asc" or "desc"');
}

function readLimit(text: string | null): number {
  const limit = Number(text ?? usualLimit);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit;
  throw invalid('limit', `must be a whole number from 1 to ${mostListed}`);
}

function placeOf(items: readonly JsonObject[], id: string): number {
  const place = items.findIndex(item => item['id'] === id);
  if (place < 0) throw invalid('after', `there is no item ${JSON.stringify(id)} in this response`);
  return place;
}

const prefixes: Readonly<Record<string, string>> = { message: 'msg', function_call: 'fc', function_call_output: 'fco' };
const usualLimit = 20;
const mostListed = 100;
