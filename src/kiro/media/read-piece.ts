import type { Document, Image, Source, Text } from '../../core/chat.ts';
import { isText } from '../rules/documents.ts';
import { formatOf, maxImageBytes, readImage } from '../rules/images.ts';
import { type FetchedFile, type FetchOptions, fetchFile, type Lookup } from './fetch-file.ts';
import { limitText, readPdf } from './pdf.ts';
import { readText } from './text.ts';

/** An image or a document of a conversation. */
export type Piece = Image | Document;

/**
 * Makes an image smaller, or one of another format readable: PNG, JPEG, GIF or WebP of at most `maxBytes` comes out.
 * Throws when it cannot.
 */
export type ShrinkImage = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

/** How one piece may be had. */
export interface PieceOptions {
  readonly shrinkImage?: ShrinkImage;
  /** Also fetch from private and loopback addresses. */
  readonly allowPrivate?: boolean;
  readonly lookup?: Lookup;
  /** What leads through the proxy that is set for an address. */
  readonly proxied?: FetchOptions['proxied'];
  /** Milliseconds for one file, from 1 on. */
  readonly fetchTimeout?: number;
}

/** Bytes of one file that is fetched. */
const maxFetchBytes = 25_000_000;
/** Milliseconds for one file that is fetched. */
const maxFetchTime = 15_000;

/** Whether a piece must be fetched, converted or read before it can be sent. */
export function needsReading({ type, source }: Piece): boolean {
  if (source.kind === 'url') return true;
  if (source.kind === 'text') return false;
  return type === 'image' ? typeof readImage(source) === 'string' : !isText(source.mediaType);
}

/** The piece in a form that can be sent; throws with words that say why there is none. */
export async function readPiece(piece: Piece, options: PieceOptions, signal: AbortSignal): Promise<Piece | Text> {
  const file = await bytesOf(piece.source, options, signal);
  if (piece.type === 'image') return await imageOf(file.bytes, options);
  const title = piece.title === undefined ? {} : { title: piece.title };
  if (formatOf(file.bytes) !== undefined) return await imageOf(file.bytes, options);
  return { type: 'document', source: { kind: 'text', text: await textOf(file) }, ...title };
}

async function textOf({ bytes, mediaType }: FetchedFile): Promise<string> {
  if (isPdf(bytes)) return await readPdf(bytes);
  const text = readText(bytes, /charset="?([\w-]+)/i.exec(mediaType ?? '')?.[1]);
  if (text === undefined) throw new MediaError('it is neither text nor PDF');
  return limitText(text);
}

async function bytesOf(source: Source, options: PieceOptions, signal: AbortSignal): Promise<FetchedFile> {
  if (source.kind === 'text') return { bytes: Buffer.from(source.text), mediaType: 'text/plain' };
  if (source.kind === 'url') {
    return await fetchFile(source.url, {
      maxBytes: maxFetchBytes,
      timeout: options.fetchTimeout ?? maxFetchTime,
      allowPrivate: options.allowPrivate ?? false,
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
      ...(options.proxied === undefined ? {} : { proxied: options.proxied }),
      signal,
    });
  }
  const { mediaType } = source;
  return { bytes: Buffer.from(source.data, 'base64'), ...(mediaType === undefined ? {} : { mediaType }) };
}

async function imageOf(bytes: Uint8Array, { shrinkImage }: PieceOptions): Promise<Image> {
  const fits = formatOf(bytes) !== undefined && bytes.length <= maxImageBytes;
  return { type: 'image', source: { kind: 'base64', data: encode(fits ? bytes : await shrink(bytes, shrinkImage)) } };
}

async function shrink(bytes: Uint8Array, shrinkImage: ShrinkImage | undefined): Promise<Uint8Array> {
  const format = formatOf(bytes);
  try {
    const smaller = await shrinkImage?.(bytes, maxImageBytes);
    if (smaller !== undefined && smaller.length <= maxImageBytes && formatOf(smaller) !== undefined) return smaller;
  } catch {
    // What is wrong with an image does not matter to the model: only that it is not there.
  }
  if (format === undefined) throw new MediaError('it is of no known format; PNG, JPEG, GIF and WebP can be sent');
  throw new MediaError(`it has ${(bytes.length / 1e6).toFixed(1)} MB; at most 3.75 MB can be sent`);
}

/** Why a piece cannot be sent, in words. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
}

function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-');
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
