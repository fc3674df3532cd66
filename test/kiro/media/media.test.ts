import { describe, expect, it } from 'vitest';
import { shrinkImage } from '../../../src/cli/shrink-image.ts';
import type { Block, Document, Image, Message } from '../../../src/core/chat.ts';
import { createMedia, type MediaOptions, resolveMedia } from '../../../src/kiro/media/media.ts';
import { maxDocumentText, maxPdfPages } from '../../../src/kiro/media/pdf.ts';
import { formatOf, maxImageBytes } from '../../../src/kiro/rules/images.ts';
import { chatOf, image, png, result, user } from '../support/chat.ts';
import { serve } from '../support/web-server.ts';
import { pdfOf } from './pdf-of.ts';

const options = (more: Partial<MediaOptions> = {}): MediaOptions => ({ now: () => 0, allowPrivate: true, ...more });
const signal = new AbortController().signal;

async function resolveBlocks(blocks: readonly Block[], more: Partial<MediaOptions> = {}): Promise<readonly Block[]> {
  const resolved = await resolveMedia(chatOf([user(...blocks)]), options(more), signal);
  return resolved.messages.flatMap((message: Message) => message.content);
}

const picture = (url: string): Image => ({ type: 'image', source: { kind: 'url', url } });
const file = (bytes: Uint8Array | string, mediaType?: string): Document => ({
  type: 'document',
  source: {
    kind: 'base64',
    data: Buffer.from(bytes).toString('base64'),
    ...(mediaType === undefined ? {} : { mediaType }),
  },
  title: 'paper',
});
const textOf = (block: Block | undefined): string =>
  block?.type === 'document' && block.source.kind === 'text' ? block.source.text : JSON.stringify(block);

/** A BMP: large, and of a format that the service does not take. */
function bitmap(side: number): Uint8Array {
  const header = Buffer.alloc(54);
  const pixels = Buffer.alloc(side * side * 3, 'colour');
  header.write('BM');
  header.writeUInt32LE(54 + pixels.length, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(side, 18);
  header.writeInt32LE(side, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

describe('images', () => {
  it('leaves a conversation alone that has nothing to fetch or to read', async () => {
    const chat = chatOf([user('Hello', image(png)), user(result('a', image(png)))]);
    expect(await resolveMedia(chat, options(), signal)).toBe(chat);
  });

  it('fetches images, in messages and in results', async () => {
    const url = await serve((_, response) => response.end(Buffer.from(png, 'base64')));
    const chat = chatOf([user(picture(`${url}/1`)), user(result('a', 'seen', picture(`${url}/2`)))]);
    const { messages } = await resolveMedia(chat, options(), signal);
    expect(messages).toEqual([user(image(png)), user(result('a', 'seen', image(png)))]);
  });

  it('puts a text with the reason in the place of what cannot be had', async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url === '/404' ? 404 : 200;
      response.end('no image');
    });
    const blocks = await resolveBlocks([picture(`${url}/404`), picture(`${url}/text`)]);
    expect(blocks).toEqual([
      { type: 'text', text: `[An image from ${url}/404 was left out: the server answered 404.]` },
      {
        type: 'text',
        text: `[An image from ${url}/text was left out: it is of no known format; PNG, JPEG, GIF and WebP can be sent.]`,
      },
    ]);
    const strict = await resolveBlocks([picture(url)], { allowPrivate: false });
    expect(JSON.stringify(strict)).toContain('not on the public internet');
  });

  it('makes images smaller that are too large, and converts those of other formats', async () => {
    const [large, small] = await resolveBlocks(
      [image(Buffer.from(bitmap(1160)).toString('base64')), image(Buffer.from(bitmap(8)).toString('base64'))],
      { shrinkImage },
    );
    for (const block of [large, small]) {
      if (block?.type !== 'image' || block.source.kind !== 'base64') throw new Error(JSON.stringify(block));
      const bytes = Buffer.from(block.source.data, 'base64');
      expect(formatOf(bytes)).toBe('webp');
      expect(bytes.length).toBeLessThanOrEqual(maxImageBytes);
    }
  });

  it('says so when an image cannot be made smaller', async () => {
    const large = Buffer.concat([Buffer.from(png, 'base64'), Buffer.alloc(4_200_000)]);
    const [block] = await resolveBlocks([image(large.toString('base64'))]);
    for (const made of [new Uint8Array(10), large]) {
      const [same] = await resolveBlocks([image(large.toString('base64'))], { shrinkImage: async () => made });
      expect(same).toEqual(block);
    }
    expect(block).toEqual({
      type: 'text',
      text: '[An image was left out: it has 4.2 MB; at most 3.75 MB can be sent.]',
    });
  });

  it('does not fetch images that are too many to be sent', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(Buffer.from(png, 'base64'));
    });
    const blocks = await resolveBlocks(Array.from({ length: 12 }, (_, index) => picture(`${url}/${index}`)));
    expect(asked).toHaveLength(10);
    expect(asked).not.toContain('/0');
    expect(blocks.slice(0, 3).map(block => block.type)).toEqual(['text', 'text', 'image']);
  });

  it('fetches an address once for a whole conversation, and a failed one again after a minute', async () => {
    let asked = 0;
    let time = 0;
    const url = await serve((request, response) => {
      asked += 1;
      response.statusCode = request.url === '/bad' ? 500 : 200;
      response.end(Buffer.from(png, 'base64'));
    });
    const media = createMedia(options({ now: () => time }));
    const ask = (path: string): Promise<unknown> => media.resolve(chatOf([user(picture(url + path))]), signal);
    await ask('/good');
    await ask('/good');
    expect(asked).toBe(1);
    await ask('/bad');
    await ask('/bad');
    expect(asked).toBe(2);
    time = 61_000;
    await ask('/bad');
    await ask('/good');
    expect(asked).toBe(3);
  });

  it('stops when the client leaves', async () => {
    const url = await serve(() => {});
    const controller = new AbortController();
    const resolving = resolveMedia(chatOf([user(picture(url))]), options(), controller.signal);
    controller.abort();
    await expect(resolving).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

describe('documents', () => {
  it('reads the text of a PDF, page by page', async () => {
    const [block] = await resolveBlocks([file(pdfOf(['Hello from page one', 'and two']), 'application/pdf')]);
    expect(block).toEqual({
      type: 'document',
      source: { kind: 'text', text: '[Page 1]\nHello from page one\n\n[Page 2]\nand two' },
      title: 'paper',
    });
  });

  it('knows a PDF by its bytes, and fetches one', async () => {
    const url = await serve((_, response) => response.end(pdfOf(['fetched'])));
    const [block] = await resolveBlocks([{ type: 'document', source: { kind: 'url', url } }]);
    expect(textOf(block)).toBe('[Page 1]\nfetched');
  });

  it('says what of a PDF is missing', async () => {
    const [empty, long, broken] = await resolveBlocks([
      file(pdfOf(['', '']), 'application/pdf'),
      file(pdfOf(Array.from({ length: maxPdfPages + 5 }, (_, index) => `line ${index}`)), 'application/pdf'),
      file('%PDF-1.4 nothing follows', 'application/pdf'),
    ]);
    expect(textOf(empty)).toBe('[The PDF has 2 pages and no text in them.]');
    expect(textOf(long)).toContain(`[Page ${maxPdfPages}]\nline ${maxPdfPages - 1}`);
    expect(textOf(long)).toMatch(/\[Only the first 100 of 105 pages were read\.\]$/);
    expect(broken).toEqual({ type: 'text', text: '[A document was left out: it could not be read.]' });
  });

  it('believes the charset of a server, unless it is wrong', async () => {
    const url = await serve((request, response) => {
      const charset = request.url === '/latin' ? 'iso-8859-1' : 'no-such-charset';
      response.setHeader('content-type', `text/plain; charset=${charset}`);
      response.end(Buffer.from('größe', request.url === '/latin' ? 'latin1' : 'utf8'));
    });
    const page = (path: string): Document => ({ type: 'document', source: { kind: 'url', url: url + path } });
    const blocks = await resolveBlocks([page('/latin'), page('/other')]);
    expect(blocks.map(textOf)).toEqual(['größe', 'größe']);
    const wrong = Buffer.from('größe', 'latin1').toString('base64');
    const [unread] = await resolveBlocks([
      { type: 'document', source: { kind: 'base64', data: wrong, mediaType: 'application/x-thing; charset=utf-8' } },
    ]);
    expect(textOf(unread)).toContain('neither text nor PDF');
  });

  it('takes text documents of every encoding, and cuts long ones aloud', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('größe', 'utf16le')]);
    const [plain, wide, long, binary] = await resolveBlocks([
      file('größe'),
      file(utf16),
      file('x'.repeat(maxDocumentText + 10), 'application/octet-stream'),
      file(new Uint8Array([0, 1, 2, 255, 254]), 'application/zip'),
    ]);
    expect(textOf(plain)).toBe('größe');
    expect(textOf(wide)).toBe('größe');
    expect(textOf(long)).toMatch(/x\n\[The rest of the document was left out: 10 characters or more\.\]$/);
    expect(binary).toEqual({ type: 'text', text: '[A document was left out: it is neither text nor PDF.]' });
  });
});
