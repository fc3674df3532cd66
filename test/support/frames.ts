import { createDecoder, type Frame } from '../../src/wire/eventstream.ts';
import type { FrameHead } from '../../src/wire/frame-headers.ts';

export interface WholeFrame extends FrameHead {
  readonly payload: Buffer;
}

/** The frames of a byte stream, one batch for each chunk that completes any; throws what is wrong after them. */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly WholeFrame[]> {
  const decoder = createDecoder();
  for await (const chunk of chunks) {
    const frames: WholeFrame[] = [];
    let broken: unknown;
    try {
      decoder.read(chunk, frame => frames.push(toWhole(frame)) === 0);
    } catch (thrown) {
      broken = thrown;
    }
    if (frames.length > 0) yield frames;
    if (broken !== undefined) throw broken;
  }
  decoder.end();
}

function toWhole({ head, bytes, from, to }: Frame): WholeFrame {
  return { ...head, payload: bytes.subarray(from, to) };
}
