// https://platform.openai.com/docs/api-reference/responses
import type { Dialect } from '../dialect.ts';
import { writeErrorAnswer } from '../openai.ts';
import { type Keep, streamAnswer, writeAnswer } from './answer.ts';
import { type ResponsesCall, readRequest } from './request.ts';
import type { ResponseStore } from './store.ts';

export { writeCatalog } from './catalog.ts';
export { readCompactRequest } from './compact-request.ts';
export { listInputItems } from './input-items.ts';
export type { ResponsesCall } from './request.ts';
export { createResponseStore, deleteStored, type ResponseStore, readStored, type StoredResponse } from './store.ts';

/** The Responses API. With a store, requests can go on from earlier answers; without one they cannot. */
export function createOpenaiResponses(store?: ResponseStore): Dialect<ResponsesCall> {
  const keep: Keep = (response, call) => {
    const { id, output } = response;
    if (store === undefined || !call.stores || typeof id !== 'string' || !Array.isArray(output)) return;
    store.put({ id, response, items: [...call.items, ...output] });
  };
  return {
    name: 'openai-responses',
    parse: (body, header) => readRequest(body, header, store),
    stream: (events, call) => streamAnswer(events, call, keep),
    whole: (result, call) => writeAnswer(result, call, keep),
    error: writeErrorAnswer,
    heartbeat: () => ': keep-alive\n\n',
  };
}

/** The Responses API for who keeps no answers. */
export const openaiResponses: Dialect<ResponsesCall> = createOpenaiResponses();
