import type { JsonObject } from '../../core/chat.ts';
import { writeSse } from '../../wire/sse.ts';
import { around, escapeText } from '../stream.ts';

/** Writes events with their growing numbers. */
export interface Emitter {
  event(type: string, members: JsonObject): string;
  /** `prefix` is what all deltas of an item begin with. */
  delta(prefix: string, text: string): string;
  /** An event about the whole response, whose last members are written already. */
  response(type: string, response: JsonObject, members: string): string;
}

export function createEmitter(): Emitter {
  let sequence = 0;
  return {
    event: (type, members) => writeSse(JSON.stringify({ type, sequence_number: sequence++, ...members }), type),
    delta: (prefix, text) => {
      const before = `${prefix}${sequence++},"delta":"`;
      return `${before}${escapeText(text)}"}\n\n`;
    },
    response: (type, response, members) => {
      const own = JSON.stringify(response).slice(0, -1);
      return writeSse(`{"type":"${type}","sequence_number":${sequence++},"response":${own},${members}}}`, type);
    },
  };
}

/** What the deltas of an item begin with: all up to their number. */
export function writePrefix(type: string, members: JsonObject): string {
  const head = JSON.stringify({ type, ...members }).slice(0, -1);
  return around(number => writeSse(`${head},"sequence_number":${number}`, type))[0];
}
