import { Buffer } from 'node:buffer';
import { checksum, viewOf } from './checksum.ts';
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

/** Headers that were read before, as those of most frames were. */
export interface KnownHead {
  readonly head: FrameHead;
  readonly block: DataView;
  /** Checksums by the length of the frame, 0 where there is none yet: of its prelude, and of all up to its body. */
  readonly preludes: Uint32Array;
  readonly sums: Uint32Array;
}

/** Whether the headers at a place are these, byte by byte. */
export function isHead({ block }: KnownHead, bytes: DataView, from: number, to: number): boolean {
  const size = block.byteLength;
  if (size !== to - from) return false;
  let at = 0;
  for (; at + 4 <= size; at += 4) if (block.getInt32(at) !== bytes.getInt32(from + at)) return false;
  for (; at < size; at += 1) if (block.getUint8(at) !== bytes.getUint8(from + at)) return false;
  return true;
}

/** The checksum of a frame with these headers up to its body; its prelude must be right. */
export function sumOfHead({ sums, preludes }: KnownHead, frame: DataView, at: number, bodyAt: number): number {
  const total = frame.getUint32(at);
  const kept = sums[total] ?? 0;
  if (kept !== 0) return kept;
  const prelude = frame.getUint32(at + 8);
  const sum = checksum(frame, at + 8, bodyAt, prelude);
  sums[total] = sum;
  preludes[total] = prelude;
  return sum;
}

/** Headers whose checksum was right. Those of all streams are few, and reading one costs as much as thirty events. */
export function findHead(bytes: Uint8Array, from: number, to: number): KnownHead {
  const view = viewOf(bytes);
  for (const known of knownHeads) if (isHead(known, view, from, to)) return known;
  const isLong = to - from > longestKnown;
  const found: KnownHead = {
    head: readHead(bytes, from, to),
    block: viewOf(Uint8Array.from(bytes.subarray(from, to))),
    preludes: new Uint32Array(isLong ? 0 : mostSums),
    sums: new Uint32Array(isLong ? 0 : mostSums),
  };
  if (isLong) return found;
  if (knownHeads.length >= mostKnown) knownHeads.length = 0;
  knownHeads.push(found);
  return found;
}

const knownHeads: KnownHead[] = [];
const longestKnown = 256;
const mostKnown = 16;
const mostSums = 1024;

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
