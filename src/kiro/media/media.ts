import { createHash } from 'node:crypto';
import type { Block, ChatRequest, Message, Text, ToolReference } from '../../core/chat.ts';
import { maxImages, oneOfTooMany } from '../rules/images.ts';
import { FetchError } from './fetch-file.ts';
import { createKept } from './kept.ts';
import { MediaError, needsReading, type Piece, type PieceOptions, readPiece } from './read-piece.ts';

/** How pieces are read, and who is told of it. */
export interface MediaOptions extends PieceOptions {
  /** Milliseconds since 1970. */
  now(): number;
  /** Told what became of a piece, each time that it is part of a question; `key` stands for the piece. */
  readonly onRead?: (key: string, outcome: Outcome) => void;
}

/** A piece as it can be sent, or the words that say why it is left out. */
export type Outcome = Piece | Text;

/** Brings images and documents into a form that can be sent. */
export interface Media {
  /**
   * The same conversation with addresses fetched, large images made smaller and documents read as text. What cannot be
   * had becomes a text that says why. Throws only when the signal aborts.
   */
  resolve(chat: ChatRequest, signal: AbortSignal): Promise<ChatRequest>;
}

/** One conversation's media, without keeping anything. */
export async function resolveMedia(
  chat: ChatRequest,
  options: MediaOptions,
  signal: AbortSignal,
): Promise<ChatRequest> {
  return await createMedia(options).resolve(chat, signal);
}

/** What is fetched and read once is kept for the conversation's next requests, within limits. */
export function createMedia(options: MediaOptions): Media {
  const kept = createKept<{ readonly outcome: Outcome; readonly until: number }>(maxKept);

  const read = async (key: string, piece: Piece, signal: AbortSignal): Promise<Outcome> => {
    const known = kept.get(key);
    if (known !== undefined && known.until > options.now()) return known.outcome;
    try {
      const outcome = await readPiece(piece, options, signal);
      kept.set(key, { outcome, until: Number.POSITIVE_INFINITY }, sizeOf(outcome));
      return outcome;
    } catch (error) {
      signal.throwIfAborted();
      const outcome = describeFailure(piece, error);
      kept.set(key, { outcome, until: options.now() + failureTime }, sizeOf(outcome));
      return outcome;
    }
  };

  return createResolver(async (piece, signal) => {
    const key = keyOf(piece);
    const outcome = await read(key, piece, signal);
    options.onRead?.(key, outcome);
    return outcome;
  });
}

/** Media that were read before, by their keys. */
export function createKnownMedia(known: ReadonlyMap<string, Outcome>): Media {
  const unknown = new MediaError('it was not kept');
  return createResolver(async piece => known.get(keyOf(piece)) ?? describeFailure(piece, unknown));
}

function createResolver(read: (piece: Piece, signal: AbortSignal) => Promise<Outcome>): Media {
  return {
    async resolve(chat, signal) {
      const { wanted, outcomes } = collect(chat.messages);
      if (wanted.length === 0 && outcomes.size === 0) return chat;
      const queue = [...wanted];
      const work = async (): Promise<void> => {
        for (let piece = queue.pop(); piece !== undefined; piece = queue.pop()) {
          outcomes.set(piece, await read(piece, signal));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return { ...chat, messages: chat.messages.map(message => replace(message, outcomes)) };
    },
  };
}

type Part = Block | ToolReference;
type Outcomes = Map<Part, Outcome>;

/** What must be read. Only the newest images are sent, so older ones are not fetched for nothing. */
function collect(messages: readonly Message[]): { readonly wanted: readonly Piece[]; readonly outcomes: Outcomes } {
  const wanted: Piece[] = [];
  const outcomes: Outcomes = new Map();
  let images = 0;
  for (const part of messages.flatMap(partsOf).reverse()) {
    if (part.type !== 'image' && part.type !== 'document') continue;
    if (part.type === 'image') images += 1;
    if (!needsReading(part)) continue;
    if (part.type === 'image' && images > maxImages) outcomes.set(part, { type: 'text', text: oneOfTooMany });
    else wanted.push(part);
  }
  return { wanted, outcomes };
}

function partsOf(message: Message): readonly Part[] {
  return message.content.flatMap((block): readonly Part[] => (block.type === 'tool-result' ? block.content : [block]));
}

function replace(message: Message, outcomes: Outcomes): Message {
  const content = message.content.map(block => {
    if (block.type !== 'tool-result') return outcomes.get(block) ?? block;
    return { ...block, content: block.content.map(part => outcomes.get(part) ?? part) };
  });
  return { ...message, content };
}

function describeFailure({ type, source }: Piece, error: unknown): Text {
  const why = error instanceof FetchError || error instanceof MediaError ? error.message : 'it could not be read';
  const what = type === 'image' ? 'An image' : 'A document';
  const from = source.kind === 'url' ? ` from ${source.url.slice(0, 500)}` : '';
  return { type: 'text', text: `[${what}${from} was left out: ${why}.]` };
}

function keyOf({ type, source }: Piece): string {
  const content = source.kind === 'url' ? source.url : source.kind === 'text' ? source.text : source.data;
  return createHash('sha256').update(`${type}:${source.kind}:${content}`).digest('base64');
}

function sizeOf(outcome: Outcome): number {
  if (outcome.type === 'text') return outcome.text.length;
  const { source } = outcome;
  return source.kind === 'base64' ? source.data.length : source.kind === 'text' ? source.text.length : 0;
}

const atOnce = 4;
const maxKept = 32_000_000;
const failureTime = 60_000;
