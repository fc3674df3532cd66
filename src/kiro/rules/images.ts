import type { Block, Source, Text, ToolReference } from '../../core/chat.ts';
import type { ImageFormat, PlacedMessage, TurnImage } from './draft.ts';

/** Bytes of one image, decoded. */
export const maxImageBytes = 3_932_160;
/** Images of one request. */
export const maxImages = 10;

/** What stands for an image of too many. */
export const oneOfTooMany = `[An image was left out: only the newest ${maxImages} of a conversation are sent.]`;

/** Replaces images that the service would refuse by a text that says why, and the oldest of too many. */
export function checkImages(messages: readonly PlacedMessage[], vision: boolean): readonly PlacedMessage[] {
  let room = maxImages;
  const check = <B extends Block | ToolReference>(block: B): B | Text => {
    if (block.type !== 'image') return block;
    const image = readImage(block.source);
    if (typeof image === 'string') return text(image);
    if (!vision) return text('[An image was left out: this model takes no images.]');
    if (room === 0) return text(oneOfTooMany);
    room -= 1;
    return block;
  };
  const checkBlock = (block: Block): Block => {
    if (block.type !== 'tool-result') return check(block);
    const content = backwards(block.content, check);
    return content === block.content ? block : { ...block, content };
  };
  return backwards(messages, message => {
    const content = backwards(message.content, checkBlock);
    return content === message.content ? message : { ...message, content };
  });
}

/** An image in the service's form, or the text that takes its place. */
export function readImage(source: Source): TurnImage | string {
  const known = read.get(source);
  if (known !== undefined) return known;
  const image = inspect(source);
  read.set(source, image);
  return image;
}

// One image is looked at by several rules, and megabytes are not checked for nothing.
const read = new WeakMap<Source, TurnImage | string>();

function inspect(source: Source): TurnImage | string {
  if (source.kind === 'url') return `[An image that could not be loaded: ${source.url.slice(0, 500)}]`;
  if (source.kind === 'text') return '[An image that could not be read.]';
  const data = source.data;
  const format = formatOf(Buffer.from(data.slice(0, 32), 'base64'));
  if (format === undefined) return '[An image of an unknown format was left out. Supported: PNG, JPEG, GIF, WebP.]';
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > maxImageBytes) {
    return `[An image of ${(bytes.length / 1e6).toFixed(1)} MB was left out: at most 3.75 MB are possible.]`;
  }
  return { format, data: isPlain(data, bytes.length) ? data : bytes.toString('base64') };
}

/** Whether the text is base64 without line ends, with padding, and in the alphabet that is not for URLs. */
function isPlain(data: string, bytes: number): boolean {
  return data.length === Math.ceil(bytes / 3) * 4 && !data.includes('-') && !data.includes('_');
}

/** The format that an image's first bytes show; what was declared does not count. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  return undefined;
}

const text = (content: string): Text => ({ type: 'text', text: content });

/** Maps from the last to the first; gives the same list if nothing changed. */
function backwards<A, B>(list: readonly A[], change: (item: A) => B): readonly (A | B)[] {
  let changed: (A | B)[] | undefined;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const item = list[index] as A;
    const next = change(item);
    if ((next as unknown) === item) continue;
    changed ??= [...list];
    changed[index] = next;
  }
  return changed ?? list;
}
