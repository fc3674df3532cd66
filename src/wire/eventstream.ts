// AWS event stream frames, as https://smithy.io/2.0/aws/amazon-eventstream.html defines them.
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** One frame. */
export interface Frame {
  readonly kind: 'event' | 'exception' | 'error';
  /** The `:event-type`, `:exception-type` or `:error-code`; empty when the frame has none. */
  readonly name: string;
  /** The headers that hold strings. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

const preludeSize = 12;
const stringType = 7;

/** One frame as bytes; every header is a string. */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array | string): Uint8Array {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const head = encodeHeaders(headers);
  const frame = Buffer.alloc(preludeSize + head.length + body.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(head, preludeSize);
  frame.set(body, preludeSize + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const size = Buffer.alloc(3);
    size.writeUInt8(stringType, 0);
    size.writeUInt16BE(valueBytes.length, 1);
    parts.push(Buffer.from([nameBytes.length]), nameBytes, size, valueBytes);
  }
  return Buffer.concat(parts);
}
