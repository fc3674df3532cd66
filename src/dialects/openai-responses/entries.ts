import type { JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { invalid, isList, optionalString, readName, readObject } from '../body.ts';
import type { ResponseStore } from './store.ts';

/** One item of a conversation and where it stands in the request. */
export interface Entry {
  readonly item: JsonObject;
  readonly path: string;
}

/** What `input` says, in items; references are replaced by what they stand for. */
export function readInput(input: unknown, store: ResponseStore | undefined): readonly Entry[] {
  if (typeof input === 'string') return [{ item: { type: 'message', role: 'user', content: input }, path: 'input' }];
  if (input === undefined || input === null) return [];
  if (!isList(input)) throw invalid('input', 'must be a string or a list of items');
  return input.map((value, index) => {
    const path = `input[${index}]`;
    const item = readObject(value, path);
    return { item: isReference(item) ? resolve(item, path, store) : item, path };
  });
}

/** The conversation that a request goes on with. */
export function readPrevious(id: unknown, store: ResponseStore | undefined): readonly Entry[] {
  const path = 'previous_response_id';
  if (id === undefined || id === null) return [];
  const stored = store?.get(readName(id, path));
  if (stored !== undefined) return stored.items.map((item, index) => ({ item, path: `${path}.items[${index}]` }));
  throw new ChatError(
    'invalid',
    `${path}: the response ${String(id)} is not known here: it was not stored, or it is gone. Send the whole conversation in input instead.`,
    { param: path, code: 'previous_response_not_found' },
  );
}

/** The kind of an item; clients leave it out where its other fields tell. */
export function itemType(item: JsonObject): string {
  return optionalString(item['type']) ?? (item['role'] === undefined ? 'item_reference' : 'message');
}

function isReference(item: JsonObject): boolean {
  return itemType(item) === 'item_reference';
}

function resolve(item: JsonObject, path: string, store: ResponseStore | undefined): JsonObject {
  if (item['id'] === undefined && item['type'] === undefined) throw invalid(`${path}.type`, 'is missing');
  const id = readName(item['id'], `${path}.id`);
  const found = store?.item(id);
  if (found !== undefined) return found;
  throw new ChatError(
    'invalid',
    `${path}.id: the item ${id} is not known here: its response was not stored, or it is gone. Send the item itself instead.`,
    { param: `${path}.id`, code: 'item_not_found' },
  );
}
