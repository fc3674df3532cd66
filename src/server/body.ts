import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { ChatError } from '../core/errors.ts';

/** How large a body may be, packed and unpacked, and how long it may take. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly bodyTimeout: number;
}

/** Thrown for a body that did not come in time; the one error of a request that no API has a form for. */
export const lateBody = 'body_timeout';

/** Reads a request's body and unpacks it; throws `ChatError` of kind `too-large` or `invalid`. */
export async function readBytes(request: IncomingMessage, limits: BodyLimits, signal: AbortSignal): Promise<Buffer> {
  const encodings = readEncodings(request.headers['content-encoding']);
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limits.bodyBytes) throw tooLarge(limits);
  let bytes = await readPacked(request, limits, signal);
  for (const encoding of encodings.reverse()) bytes = await unpack(bytes, encoding, limits);
  return bytes;
}

function readPacked(request: IncomingMessage, limits: BodyLimits, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      request.off('data', take).off('end', end).off('error', settle);
      if (error === undefined) resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limits.bodyBytes) settle(tooLarge(limits));
      else chunks.push(chunk);
    };
    const end = (): void => settle();
    const abort = (): void => settle(signal.reason);
    const timer = setTimeout(() => settle(late(limits)), limits.bodyTimeout);
    request.on('data', take).on('end', end).on('error', settle);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

async function unpack(packed: Buffer, encoding: Encoding, limits: BodyLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of Readable.from([packed]).pipe(encodings[encoding](packed))) {
      const part = chunk as Buffer;
      size += part.length;
      if (size > limits.bodyBytes) throw tooLarge(limits);
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

function readEncodings(header: string | undefined): Encoding[] {
  const named = (header ?? '').toLowerCase().split(',');
  return named.flatMap(text => {
    const name = text.trim();
    if (name === '' || name === 'identity') return [];
    if (name === 'x-gzip') return ['gzip'];
    if (isEncoding(name) && named.length <= 3) return [name];
    throw new ChatError(
      'invalid',
      `The content-encoding ${JSON.stringify(name)} is not known. Send the body plain, or as ${Object.keys(encodings).join(', ')}.`,
    );
  });
}

function isEncoding(name: string): name is Encoding {
  return Object.hasOwn(encodings, name);
}

function tooLarge(limits: BodyLimits): ChatError {
  const megabytes = Math.round((limits.bodyBytes / 1024 / 1024) * 10) / 10;
  return new ChatError('too-large', `The request body is larger than ${megabytes} MB. MAX_BODY_MB allows more.`);
}

function late(limits: BodyLimits): ChatError {
  const seconds = Math.round(limits.bodyTimeout / 100) / 10;
  return new ChatError('invalid', `The request body did not arrive within ${seconds} s.`, { code: lateBody });
}

type Encoding = keyof typeof encodings;

// "deflate" comes with the zlib header that the standard wants, and without it from clients that took the name by word.
const encodings = {
  gzip: () => createGunzip(),
  deflate: (packed: Buffer) => (((packed[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};
