import { Buffer } from 'node:buffer';
import { FrameError } from './frame-error.ts';

/** What the headers of a frame say. */
export interface FrameHead {
  readonly kind: 'event' | 'exception' | 'error';
  /** The `:event-type`, `:exception-type` or `:error-code`; empty when the frame has none. */
  readonly name: string;
  /** The headers that hold strings. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers as bytes; every one is a string. */
export function writeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const parts = Object.entries(headers).map(([name, value]) => {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    if (nameBytes.length > 255 || valueBytes.length > 65_535) throw new FrameError(`The header "${name}" is too long.`);
    const part = Buffer.alloc(4 + nameBytes.length + valueBytes.length);
    part.writeUInt8(nameBytes.length, 0);
    part.set(nameBytes, 1);
    part.writeUInt8(stringType, 1 + nameBytes.length);
    part.writeUInt16BE(valueBytes.length, 2 + nameBytes.length);
    part.set(valueBytes, 4 + nameBytes.length);
    return part;
  });
  return Buffer.concat(parts);
}

/** Finds what a frame begins with when its headers are those of the frame before, as most are. */
export interface HeadMemory {
  /** The head of the frame before if it has the same headers, byte by byte. */
  recall(bytes: Uint8Array, from: number, to: number): FrameHead | undefined;
  /** Reads and keeps a head whose checksum was right. */
  learn(bytes: Uint8Array, from: number, to: number): FrameHead;
  /** Checksums up to the end of these headers, by the length of the frame: the rest of it is all that is left to sum. */
  readonly sums: Map<number, number>;
}

export function createHeadMemory(): HeadMemory {
  let known: KnownHead | undefined;
  const sums = new Map<number, number>();
  return {
    sums,
    recall: (bytes, from, to) => (known && isEqual(known.block, bytes, from, to) ? known.head : undefined),
    learn(bytes, from, to) {
      known = knownHead(bytes, from, to);
      sums.clear();
      return known.head;
    },
  };
}

interface KnownHead {
  readonly block: Uint8Array;
  readonly head: FrameHead;
}

/** The heads of all streams are few, and reading one costs as much as thirty events. */
function knownHead(bytes: Uint8Array, from: number, to: number): KnownHead {
  for (const known of knownHeads) if (isEqual(known.block, bytes, from, to)) return known;
  const found = { head: readHead(bytes, from, to), block: Uint8Array.from(bytes.subarray(from, to)) };
  if (to - from > longestKnown) return found;
  if (knownHeads.length >= mostKnown) knownHeads.length = 0;
  knownHeads.push(found);
  return found;
}

const knownHeads: KnownHead[] = [];
const longestKnown = 256;
const mostKnown = 16;

function isEqual(expected: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (expected.length !== to - from) return false;
  for (let at = 0; at < expected.length; at += 1) if (expected[at] !== bytes[from + at]) return false;
  return true;
}

function readHead(bytes: Uint8Array, from: number, to: number): FrameHead {
  // Without a prototype, so that a header of any name is only a header.
  const headers: Record<string, string> = Object.create(null);
  const block = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
  let at = 0;
  const take = (size: number): number => {
    const start = at;
    at += size;
    if (at > block.length) throw new FrameError('A frame arrived with headers that are cut off.');
    return start;
  };
  while (at < block.length) {
    const nameSize = block.readUInt8(take(1));
    const name = block.toString('utf8', take(nameSize), at);
    const type = block.readUInt8(take(1));
    const fixed = fixedSizes[type];
    if (fixed === undefined && type !== bytesType && type !== stringType) {
      throw new FrameError(`A frame has a header of the unknown type ${type}.`);
    }
    const valueAt = take(fixed ?? block.readUInt16BE(take(2)));
    if (type === stringType) headers[name] = block.toString('utf8', valueAt, at);
  }
  const type = headers[':message-type'];
  const kind = type === 'exception' || type === 'error' ? type : 'event';
  return { kind, name: headers[nameHeaders[kind]] ?? '', headers };
}

const nameHeaders = { event: ':event-type', exception: ':exception-type', error: ':error-code' } as const;
const bytesType = 6;
const stringType = 7;
/** Bytes of a value by its type: true, false, byte, short, integer, long, then timestamp and UUID. */
const fixedSizes: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
