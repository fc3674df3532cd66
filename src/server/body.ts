import type { IncomingMessage } from 'node:http';
import { ChatError } from '../core/errors.ts';
import { tooLarge } from './too-large.ts';
import type { Encoding } from './unpack.ts';

/** How large a body may be, packed and unpacked, and how long it may take. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly bodyTimeout: number;
}

/** Thrown for a body that did not come in time; the one error of a request that no API has a form for. */
export const lateBody = 'body_timeout';

/** Reads a request's body and unpacks it; throws `ChatError` of kind `too-large` or `invalid`. */
export async function readBytes(request: IncomingMessage, limits: BodyLimits, signal: AbortSignal): Promise<Buffer> {
  const packings = readEncodings(request.headers['content-encoding']);
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  let bytes = await readPacked(request, limits, signal);
  if (packings.length === 0) return bytes;
  // Few clients pack what they send, and what unpacks it is large.
  const { unpack } = await import('./unpack.ts');
  for (const encoding of packings.reverse()) bytes = await unpack(bytes, encoding, limits.bodyBytes);
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
      if (size > limits.bodyBytes) settle(tooLarge(limits.bodyBytes));
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

function readEncodings(header: string | undefined): Encoding[] {
  const named = (header ?? '').toLowerCase().split(',');
  return named.flatMap(text => {
    const name = text.trim();
    if (name === '' || name === 'identity') return [];
    if (name === 'x-gzip') return ['gzip'];
    if (isEncoding(name) && named.length <= 3) return [name];
    throw new ChatError(
      'invalid',
      `The content-encoding ${JSON.stringify(name)} is not known. Send the body plain, or as ${encodings.join(', ')}.`,
    );
  });
}

function isEncoding(name: string): name is Encoding {
  return (encodings as readonly string[]).includes(name);
}

function late(limits: BodyLimits): ChatError {
  const seconds = Math.round(limits.bodyTimeout / 100) / 10;
  return new ChatError('invalid', `The request body did not arrive within ${seconds} s.`, { code: lateBody });
}

const encodings = ['gzip', 'deflate', 'br', 'zstd'] as const;
