import type { JsonObject } from '../../core/chat.ts';
import { writeSse } from '../../wire/sse.ts';
import { around, escapeText } from '../stream.ts';

/** Writes events with their growing numbers, and holds their text until it is taken. */
export interface Emitter {
  event(type: string, members: JsonObject): void;
  /** `prefix` is what all deltas of an item begin with. */
  delta(prefix: string, text: string): void;
  /** An event about the whole response, whose last members are written already. */
  response(type: string, response: JsonObject, members: string): void;
  /** What was written since. */
  take(): string;
}

export function createEmitter(): Emitter {
  let held = '';
  let sequence = 0;
  return {
    event: (type, members) => {
      held += writeSse(JSON.stringify({ type, sequence_number: sequence++, ...members }), type);
    },
    delta: (prefix, text) => {
      held += `${prefix + sequence++},"delta":"${escapeText(text)}"}\n\n`;
    },
    response: (type, response, members) => {
      const own = JSON.stringify(response).slice(0, -1);
      held += writeSse(`{"type":"${type}","sequence_number":${sequence++},"response":${own},${members}}}`, type);
    },
    take: () => {
      const taken = held;
      held = '';
      return taken;
    },
  };
}

/** What the deltas of an item begin with: all up to their number. */
export function writePrefix(type: string, members: JsonObject): string {
  const head = JSON.stringify({ type, ...members }).slice(0, -1);
  return around(number => writeSse(`${head},"sequence_number":${number}`, type))[0];
}
