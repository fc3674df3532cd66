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

function parse(payload: Uint8Array): unknown {
  // A Buffer reads itself several times faster than a decoder would.
  const bytes =
    payload instanceof Buffer ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
