import type { JsonObject } from '../../core/chat.ts';
import type { SseEvent } from '../../wire/sse.ts';
import { quote } from '../stream.ts';

/** Writes events with their growing numbers onto the end of the batch at hand. */
export interface Emitter {
  /** Where events go from now on. */
  to(batch: SseEvent[]): void;
  event(type: string, members: JsonObject): void;
  /** `prefix` is the event's JSON up to its number: it is the same for all deltas of an item. */
  delta(type: string, prefix: string, text: string): void;
  /** An event about the whole response, whose last members are written already. */
  response(type: string, response: JsonObject, members: string): void;
}

export function createEmitter(): Emitter {
  let batch: SseEvent[] = [];
  let sequence = 0;
  return {
    to: next => {
      batch = next;
    },
    event: (type, members) => {
      batch.push({ event: type, data: JSON.stringify({ type, sequence_number: sequence++, ...members }) });
    },
    delta: (type, prefix, text) => {
      batch.push({ event: type, data: `${prefix}${sequence++},"delta":${quote(text)}}` });
    },
    response: (type, response, members) => {
      const own = JSON.stringify(response).slice(0, -1);
      const data = `{"type":"${type}","sequence_number":${sequence++},"response":${own},${members}}}`;
      batch.push({ event: type, data });
    },
  };
}
