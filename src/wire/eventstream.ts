// AWS event stream frames, as https://smithy.io/2.0/aws/amazon-eventstream.html defines them.
import { Buffer } from 'node:buffer';
import { checksum } from './checksum.ts';
import { FrameError } from './frame-error.ts';
import { createHeadMemory, type FrameHead, writeHeaders } from './frame-headers.ts';

export { FrameError } from './frame-error.ts';

/** One frame. Its payload stays where the network left it: a view of its own would cost more than reading it. */
export interface Frame {
  readonly head: FrameHead;
  readonly bytes: Buffer;
  /** Where the payload begins and ends in the bytes. */
  readonly from: number;
  readonly to: number;
}

/** Bytes of the longest frame. */
export const maxFrameSize = 16 * 1024 * 1024;

/** One frame as bytes; every header is a string. */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array | string): Uint8Array {
  const head = writeHeaders(headers);
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Buffer.alloc(preludeSize + head.length + body.length + checksumSize);
  if (frame.length > maxFrameSize) throw new FrameError(`A frame of ${frame.length} bytes is longer than allowed.`);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(checksum(frame, 0, 8), 8);
  frame.set(head, preludeSize);
  frame.set(body, preludeSize + head.length);
  frame.writeUInt32BE(checksum(frame, 0, frame.length - checksumSize), frame.length - checksumSize);
  return frame;
}

/** Reads the frames of a byte stream that is cut anywhere. */
export interface Decoder {
  /**
   * The frames that a chunk completes, and the `FrameError` for what is no frame after them. The chunk must not be
   * reused.
   */
  read(chunk: Uint8Array): { readonly frames: readonly Frame[]; readonly broken: unknown };
  /** Throws a `FrameError` when a frame is incomplete. */
  end(): void;
}

export function createDecoder(): Decoder {
  const memory = createHeadMemory();
  // The beginning of a frame that its chunk did not complete. It grows by doubling: the cost stays linear. A frame's
  // claim of its length alone gets no memory.
  let held = Buffer.alloc(0);
  let heldSize = 0;

  /** The checksum up to the body of a frame with known headers. */
  const knownSum = (bytes: Uint8Array, at: number, total: number, bodyAt: number): number => {
    const known = memory.sums.get(total);
    if (known !== undefined) return known;
    if (memory.sums.size >= mostSums) memory.sums.clear();
    const sum = checksum(bytes, at + 8, bodyAt, readNumber(bytes, at + 8));
    memory.sums.set(total, sum);
    return sum;
  };

  const frameAt = (bytes: Buffer, at: number, total: number): Frame => {
    const headAt = at + preludeSize;
    const bodyAt = headAt + readNumber(bytes, at + 4);
    const end = at + total - checksumSize;
    const known = memory.recall(bytes, headAt, bodyAt);
    const sum =
      known === undefined
        ? checksum(bytes, at + 8, end, readNumber(bytes, at + 8))
        : checksum(bytes, bodyAt, end, knownSum(bytes, at, total, bodyAt));
    if (readNumber(bytes, end) !== sum) throw new FrameError('A frame arrived damaged: its checksum is wrong.');
    return { head: known ?? memory.learn(bytes, headAt, bodyAt), bytes, from: bodyAt, to: end };
  };

  const hold = (bytes: Uint8Array, from: number, to: number, most: number): void => {
    const needed = heldSize + to - from;
    if (needed > held.length) {
      const grown = Buffer.alloc(Math.min(most, Math.max(needed, 2 * held.length, smallestHold)));
      grown.set(held.subarray(0, heldSize));
      held = grown;
    }
    held.set(bytes.subarray(from, to), heldSize);
    heldSize = needed;
  };

  /** Completes the held frame; returns where the chunk goes on. */
  const complete = (chunk: Buffer, frames: Frame[]): number => {
    let at = 0;
    if (heldSize < preludeSize) {
      at = Math.min(chunk.length, preludeSize - heldSize);
      hold(chunk, 0, at, smallestHold);
      if (heldSize < preludeSize) return at;
    }
    const total = readTotal(held, 0);
    const to = Math.min(chunk.length, at + total - heldSize);
    hold(chunk, at, to, total);
    if (heldSize < total) return to;
    frames.push(frameAt(held, 0, total));
    held = Buffer.alloc(0);
    heldSize = 0;
    return to;
  };

  const readAll = (chunk: Buffer, frames: Frame[]): void => {
    let at = heldSize > 0 ? complete(chunk, frames) : 0;
    while (chunk.length - at >= preludeSize) {
      const total = readTotal(chunk, at);
      if (chunk.length - at < total) break;
      frames.push(frameAt(chunk, at, total));
      at += total;
    }
    if (at < chunk.length) hold(chunk, at, chunk.length, Number.POSITIVE_INFINITY);
  };

  return {
    read(chunk) {
      const frames: Frame[] = [];
      try {
        readAll(chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), frames);
      } catch (broken) {
        return { frames, broken };
      }
      return { frames, broken: undefined };
    },
    end() {
      if (heldSize > 0) throw new FrameError('The stream ended inside a frame.');
    },
  };
}

/** The length of the frame at a place, once its own checksum and its bounds agree. */
function readTotal(bytes: Uint8Array, at: number): number {
  if (checksum(bytes, at, at + 8) !== readNumber(bytes, at + 8)) {
    throw new FrameError('A frame arrived damaged: the checksum of its length is wrong.');
  }
  const total = readNumber(bytes, at);
  if (total > maxFrameSize) throw new FrameError(`A frame of ${total} bytes is longer than allowed.`);
  if (total < preludeSize + readNumber(bytes, at + 4) + checksumSize) {
    throw new FrameError('A frame is shorter than its own headers.');
  }
  return total;
}

/** An unsigned 32 bit number, big-endian. */
const readNumber = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

const preludeSize = 12;
const checksumSize = 4;
const smallestHold = 256;
const mostSums = 256;
