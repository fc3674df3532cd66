import { Buffer } from 'node:buffer';
import { ChatError } from '../../core/errors.ts';
import type { Frame } from '../../wire/eventstream.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** A frame's payload; throws `ChatError` of kind `upstream` when it is no JSON object. */
export function readPayload({ name, payload }: Frame): Payload {
  const value = parse(payload);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Payload;
  throw new ChatError('upstream', `Kiro sent an unreadable ${name}. Try again.`, { code: 'UNREADABLE_EVENT' });
}

/**
 * The `content` of a frame of text; undefined when it has none. Throws like `readPayload`. Most such payloads hold a
 * plain string and nothing else of interest: finding its end is three times as fast as parsing.
 */
export function readContent(frame: Frame): unknown {
  const text = toText(frame.payload);
  const end = text.startsWith(contentStart) ? text.indexOf('"', contentStart.length) : -1;
  if (end >= 0 && (end === text.length - 2 || text.startsWith('","modelId":"', end))) {
    const content = text.slice(contentStart.length, end);
    if (!content.includes('\\')) return content;
  }
  return readPayload(frame)['content'];
}

const contentStart = '{"content":"';

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(toText(payload));
  } catch {
    return undefined;
  }
}

// A Buffer reads itself several times faster than a decoder would.
function toText(payload: Uint8Array): string {
  const bytes =
    payload instanceof Buffer ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return bytes.toString('utf8');
}
