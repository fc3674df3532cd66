import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Document, Image, Text } from '../../core/chat.ts';
import { FetchError, PrivateHostError } from '../../kiro/media/fetch-file.ts';
import { MediaError, type PieceOptions, readPiece } from '../../kiro/media/read-piece.ts';
import { readText } from '../../kiro/media/text.ts';
import { formatOf } from '../../kiro/rules/images.ts';
import { UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';

/** A file as a part of a question. */
export type FilePart = Document | Image | Text;

/** What `--file` names: files, patterns such as `src/*.ts`, web addresses. Throws for what cannot be read. */
export async function readFiles(
  names: readonly string[],
  media: PieceOptions,
  signal: AbortSignal,
): Promise<readonly FilePart[]> {
  const read = (piece: Image | Document, path: string) => readOrSay(piece, path, media, signal);
  const parts: FilePart[] = [];
  for (const name of names) {
    for (const path of isAddress(name) ? [name] : await expand(name)) parts.push(await readOne(path, read));
  }
  return parts;
}

type Read = (piece: Image | Document, path: string) => Promise<FilePart>;

async function expand(name: string): Promise<readonly string[]> {
  if (name === '') throw new UsageError('--file needs the name of a file.');
  if (await exists(name)) return [name];
  if (name === '-') throw new UsageError('--file: standard input joins the question by itself; leave out "--file -".');
  const found: string[] = [];
  for await (const path of glob(name)) if ((await stat(path)).isFile()) found.push(path);
  if (found.length === 0) {
    throw new UsageError(`--file: ${/[*?[{]/.test(name) ? 'no file fits' : 'there is no file'} ${name}.`);
  }
  if (found.length > mostFiles) {
    throw new UsageError(`--file: ${name} stands for ${found.length} files; at most ${mostFiles} can be sent.`);
  }
  return found.sort();
}

async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`--file: ${path} is a folder. For its files: --file '${path}/*'`);
  return found !== undefined;
}

async function readOne(path: string, read: Read): Promise<FilePart> {
  const title = basename(path);
  if (isAddress(path)) return read({ type: 'document', source: { kind: 'url', url: path }, title: path }, path);
  const bytes = await readBytes(path);
  const data = bytes.toString('base64');
  if (formatOf(bytes) !== undefined || /\.(heic|avif|bmp|tiff?)$/i.test(path)) {
    return read({ type: 'image', source: { kind: 'base64', data } }, path);
  }
  const text = bytes.subarray(0, 1024).includes('%PDF-') ? undefined : readText(bytes, undefined);
  if (text !== undefined) return { type: 'document', source: { kind: 'text', text }, title: path };
  return read({ type: 'document', source: { kind: 'base64', data }, title }, path);
}

// What is no file on a disk does not tell its size before.
async function readBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostBytes) break;
    }
  } catch (error) {
    throw new UsageError(`--file: ${path} cannot be read: ${fileProblem(error)}.`);
  }
  if (size > mostBytes) throw new UsageError(`--file: ${path} is larger than 25 MB.`);
  return Buffer.concat(chunks);
}

async function readOrSay(
  piece: Image | Document,
  path: string,
  media: PieceOptions,
  signal: AbortSignal,
): Promise<FilePart> {
  try {
    return await readPiece(piece, media, signal);
  } catch (error) {
    if (!(error instanceof MediaError || error instanceof FetchError)) throw error;
    const isPrivate = error instanceof PrivateHostError;
    const next = isPrivate ? ' To allow it: kiro-gw config set media-allow-private true' : '';
    throw new UsageError(`--file: ${path} cannot be sent: ${error.message}.${next}`);
  }
}

const isAddress = (name: string): boolean => /^https?:\/\//i.test(name);

const mostFiles = 500;
const mostBytes = 25_000_000;
