import type { Json, JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';

/** An answer that a client may come back to. */
export interface StoredResponse {
  readonly id: string;
  readonly response: JsonObject;
  /** The whole conversation as items, this answer included. */
  readonly items: readonly JsonObject[];
}

/** Answers by their ids, in memory and bounded: what was not used for longest goes first. */
export interface ResponseStore {
  get(id: string): StoredResponse | undefined;
  /** One item of an answer. It outlives the rest of the answer, since clients refer to items of long conversations. */
  item(id: string): JsonObject | undefined;
  put(stored: StoredResponse): void;
  /** Whether there was such an answer. */
  delete(id: string): boolean;
}

export function createResponseStore(
  limits: { readonly maxEntries?: number; readonly maxBytes?: number } = {},
): ResponseStore {
  const { maxEntries = 1000, maxBytes = 64 * 1024 * 1024 } = limits;
  const answers = createShelf<StoredResponse>(maxEntries, maxBytes * 0.75);
  const items = createShelf<readonly JsonObject[]>(maxEntries * 10, maxBytes * 0.25);
  return {
    get: id => answers.get(id),
    item: id => items.get(responseOf(id))?.find(item => item['id'] === id),
    put: stored => {
      const output = stored.response['output'];
      answers.put(stored.id, stored, measure(stored.response) + measure(stored.items));
      if (Array.isArray(output)) items.put(stored.id, output as readonly JsonObject[], measure(output as Json));
    },
    delete: id => {
      items.delete(id);
      return answers.delete(id);
    },
  };
}

/** The answer of `GET /v1/responses/{id}`; throws when it is gone. */
export function readStored(store: ResponseStore, id: string): JsonObject {
  return findStored(store, id).response;
}

/** A stored answer with its conversation; throws when it is gone. */
export function findStored(store: ResponseStore, id: string): StoredResponse {
  const stored = store.get(id);
  if (stored === undefined) throw gone(id);
  return stored;
}

/** The answer of `DELETE /v1/responses/{id}`; throws when it is gone. */
export function deleteStored(store: ResponseStore, id: string): JsonObject {
  if (!store.delete(id)) throw gone(id);
  return { id, object: 'response', deleted: true };
}

interface Shelf<T> {
  get(id: string): T | undefined;
  put(id: string, value: T, bytes: number): void;
  delete(id: string): boolean;
}

// A map keeps the order of insertion, so its first entry is the one that was used longest ago.
function createShelf<T>(maxEntries: number, maxBytes: number): Shelf<T> {
  const entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  let total = 0;
  const remove = (id: string): boolean => {
    total -= entries.get(id)?.bytes ?? 0;
    return entries.delete(id);
  };
  return {
    get: id => {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      entries.delete(id);
      entries.set(id, entry);
      return entry.value;
    },
    put: (id, value, bytes) => {
      remove(id);
      entries.set(id, { value, bytes });
      total += bytes;
      while (entries.size > maxEntries || total > maxBytes) {
        const [oldest] = entries.keys();
        if (oldest === undefined || !remove(oldest)) break;
      }
    },
    delete: remove,
  };
}

// The ids of items are made from those of their answers: `msg_<answer>_<index>`.
function responseOf(id: string): string {
  return id.replace(/^[a-z]+_(.*)_\d+$/, 'resp_$1');
}

// About what it takes in memory: two bytes a character, and something for each value.
function measure(value: Json): number {
  if (typeof value === 'string') return 16 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 16;
  let bytes = 32;
  if (Array.isArray(value)) for (const part of value) bytes += measure(part);
  else for (const name of Object.keys(value)) bytes += name.length + measure((value as JsonObject)[name] ?? null);
  return bytes;
}

function gone(id: string): ChatError {
  return new ChatError('not-found', `The response ${id} is not known here: it was not stored, or it is gone.`, {
    param: 'id',
    code: 'response_not_found',
  });
}
