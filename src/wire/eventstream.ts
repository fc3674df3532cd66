// AWS event stream frames, as https://smithy.io/2.0/aws/amazon-eventstream.html defines them.
import { Buffer } from 'node:buffer';
import { checksum, viewOf } from './checksum.ts';
import { FrameError } from './frame-error.ts';
import { type FrameHead, findHead, isHead, type KnownHead, sumOfHead, writeHeaders } from './frame-headers.ts';

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
  frame.writeUInt32BE(checksum(viewOf(frame), 0, 8), 8);
  frame.set(head, preludeSize);
  frame.set(body, preludeSize + head.length);
  frame.writeUInt32BE(checksum(viewOf(frame), 0, frame.length - checksumSize), frame.length - checksumSize);
  return frame;
}

/** Reads the frames of a byte stream that is cut anywhere. */
export interface Decoder {
  /**
   * Gives each frame that a chunk completes, the same object each time, until `take` has enough: then true. Throws a
   * `FrameError` at what is no frame. The chunk must not be reused.
   */
  read(chunk: Uint8Array, take: (frame: Frame) => boolean): boolean;
  /** Throws a `FrameError` when a frame is incomplete. */
  end(): void;
}

export function createDecoder(): Decoder {
  let known: KnownHead | undefined;
  const frame: { -readonly [M in keyof Frame]: Frame[M] } = { head: noHead, bytes: noBytes, from: 0, to: 0 };
  // The beginning of a frame that its chunk did not complete. It grows by doubling: the cost stays linear. A frame's
  // claim of its length alone gets no memory.
  let held = noBytes;
  let heldSize = 0;

  /** Reads the frame at a place, which is all there. */
  const readFrame = (bytes: Buffer, view: DataView, at: number, total: number): Frame => {
    const from = at + preludeSize + view.getUint32(at + 4);
    const to = at + total - checksumSize;
    const sum = view.getUint32(to);
    if (known !== undefined && isHead(known, view, at + preludeSize, from)) {
      compare(checksum(view, from, to, sumOfHead(known, view, at, from)), sum);
    } else {
      compare(checksum(view, at + 8, to, view.getUint32(at + 8)), sum);
      known = findHead(bytes, at + preludeSize, from);
    }
    frame.head = known.head;
    frame.bytes = bytes;
    frame.from = from;
    frame.to = to;
    return frame;
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

  /** Holds what a chunk adds to the held frame; gives where the chunk goes on. */
  const complete = (chunk: Buffer): { readonly at: number; readonly isWhole: boolean } => {
    let at = 0;
    if (heldSize < preludeSize) {
      at = Math.min(chunk.length, preludeSize - heldSize);
      hold(chunk, 0, at, smallestHold);
      if (heldSize < preludeSize) return { at, isWhole: false };
    }
    const total = readTotal(viewOf(held), 0, known);
    const to = Math.min(chunk.length, at + total - heldSize);
    hold(chunk, at, to, total);
    return { at: to, isWhole: heldSize === total };
  };

  const takeHeld = (take: (frame: Frame) => boolean): boolean => {
    const whole = readFrame(held, viewOf(held), 0, heldSize);
    held = noBytes;
    heldSize = 0;
    return take(whole);
  };

  return {
    read(bytes, take) {
      const chunk = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let at = 0;
      if (heldSize > 0) {
        const { at: next, isWhole } = complete(chunk);
        if (isWhole && takeHeld(take)) return true;
        at = next;
      }
      const view = viewOf(chunk);
      while (chunk.length - at >= preludeSize) {
        const total = readTotal(view, at, known);
        if (chunk.length - at < total) break;
        if (take(readFrame(chunk, view, at, total))) return true;
        at += total;
      }
      // Until the next chunk comes, this one is not needed.
      frame.bytes = noBytes;
      if (at < chunk.length) hold(chunk, at, chunk.length, Number.POSITIVE_INFINITY);
      return false;
    },
    end() {
      if (heldSize > 0) throw new FrameError('The stream ended inside a frame.');
    },
  };
}

/** The length of the frame at a place, once its own checksum and its bounds agree. */
function readTotal(view: DataView, at: number, known: KnownHead | undefined): number {
  const total = view.getUint32(at);
  const headSize = view.getUint32(at + 4);
  const sum = view.getUint32(at + 8);
  if (known !== undefined && headSize === known.block.byteLength && sum !== 0 && known.preludes[total] === sum) {
    return total;
  }
  if (checksum(view, at, at + 8) !== sum) {
    throw new FrameError('The checksum of the length of a frame is wrong.');
  }
  if (total > maxFrameSize) throw new FrameError(`A frame of ${total} bytes is longer than allowed.`);
  if (total < preludeSize + headSize + checksumSize) throw new FrameError('A frame is shorter than its own headers.');
  return total;
}

function compare(sum: number, expected: number): void {
  if (sum !== expected) throw new FrameError('The checksum of a frame is wrong.');
}

const noHead: FrameHead = { kind: 'event', name: '', headers: {} };
const noBytes = Buffer.alloc(0);
const preludeSize = 12;
const checksumSize = 4;
const smallestHold = 256;
