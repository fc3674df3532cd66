import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { ChatError } from '../core/errors.ts';
import { tooLarge } from './too-large.ts';

/** How a body may be packed, by the name in its content-encoding. */
export type Encoding = keyof typeof encodings;

/** Unpacks a body to at most so many bytes; throws `ChatError` of kind `too-large` or `invalid`. */
export async function unpack(packed: Buffer, encoding: Encoding, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of Readable.from([packed]).pipe(encodings[encoding](packed))) {
      const part = chunk as Buffer;
      size += part.length;
      if (size > most) throw tooLarge(most);
      chunks.push(part);
    }
  } catch (thrown) {
    if (thrown instanceof ChatError) throw thrown;
    throw new ChatError('invalid', `The request body is not valid ${encoding}, as its content-encoding says.`, {
      cause: thrown,
    });
  }
  return Buffer.concat(chunks, size);
}

// "deflate" comes with the zlib header that the standard wants, and without it from clients that took the name by word.
const encodings = {
  gzip: () => createGunzip(),
  deflate: (packed: Buffer) => (((packed[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};
