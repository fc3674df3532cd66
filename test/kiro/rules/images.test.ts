import { describe, expect, it } from 'vitest';
import type { Block, Message } from '../../../src/core/chat.ts';
import { checkImages, formatOf, maxImageBytes, oneOfTooMany, readImage } from '../../../src/kiro/rules/images.ts';
import { assistant, image, png, result, user } from '../support/chat.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const blocksOf = (messages: readonly Message[]): readonly Block[] => messages.flatMap(({ content }) => content);
const check = (...blocks: Block[]): readonly Block[] => blocksOf(checkImages([user(...blocks)], true));

describe('images', () => {
  it('have the format that their first bytes show', () => {
    const formats = {
      png: '\x89PNG\r\n\x1a\n…',
      jpeg: '\xff\xd8\xff\xe0\0\x10JFIF',
      gif: 'GIF89a…',
      webp: 'RIFF\x10\0\0\0WEBPVP8 ',
    };
    for (const [format, bytes] of Object.entries(formats)) {
      expect(formatOf(Buffer.from(bytes, 'latin1'))).toBe(format);
      expect(readImage({ kind: 'base64', data: base64(bytes), mediaType: 'image/svg+xml' })).toMatchObject({ format });
    }
    for (const bytes of ['', 'GIF88a', 'RIFF\x10\0\0\0WAVE', '<svg>', '\x89PNG']) {
      expect(formatOf(Buffer.from(bytes, 'latin1'))).toBeUndefined();
    }
  });

  it('are sent in plain base64, however they came', () => {
    const data = Buffer.from(png, 'base64').toString('base64url');
    const lines = png.replace(/.{20}/g, '$&\r\n');
    for (const written of [png, data, lines, png.replace(/=+$/, '')]) {
      expect(readImage({ kind: 'base64', data: written })).toEqual({ format: 'png', data: png });
    }
  });

  it('are not taken for plain base64 by one of the letters that are for URLs', () => {
    for (const letters of ['>>>', '???', '>>>???']) {
      const data = Buffer.from(`GIF89a${letters}`).toString('base64');
      const url = data.replaceAll('+', '-').replaceAll('/', '_');
      expect(url).not.toBe(data);
      expect(readImage({ kind: 'base64', data: url })).toEqual({ format: 'gif', data });
    }
  });

  it('stay where they can be sent', () => {
    const messages = [user('a', image(png)), user(result('x', image(png)))];
    expect(checkImages(messages, true)).toBe(messages);
  });

  it('become a text where they cannot be read', () => {
    expect(check(image('AAAA'), { type: 'image', source: { kind: 'text', text: '<svg/>' } })).toEqual([
      { type: 'text', text: '[An image of an unknown format was left out. Supported: PNG, JPEG, GIF, WebP.]' },
      { type: 'text', text: '[An image that could not be read.]' },
    ]);
    expect(check({ type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } })).toEqual([
      { type: 'text', text: '[An image that could not be loaded: https://example.com/a.png]' },
    ]);
  });

  it('become a text where they are too large', () => {
    const sized = (bytes: number) =>
      image(Buffer.concat([Buffer.from(png, 'base64'), Buffer.alloc(bytes - 70)]).toString('base64'));
    expect(Buffer.from(png, 'base64').length).toBe(70);
    expect(check(sized(maxImageBytes))[0]?.type).toBe('image');
    expect(check(sized(maxImageBytes + 1))).toEqual([
      { type: 'text', text: '[An image of 3.9 MB was left out: at most 3.75 MB are possible.]' },
    ]);
  });

  it('are sent up to ten, the newest, wherever they stand', () => {
    const messages = [
      user(...Array.from({ length: 4 }, () => image(png))),
      user(result('x', 'seen', image(png), image('bad!'))),
      assistant('ok'),
      user(...Array.from({ length: 8 }, () => image(png))),
    ];
    const checked = checkImages(messages, true);
    expect(checked[0]?.content.map(block => (block.type === 'text' ? block.text : block.type))).toEqual([
      oneOfTooMany,
      oneOfTooMany,
      oneOfTooMany,
      'image',
    ]);
    expect(checked[1]).toMatchObject({
      content: [{ content: [{ text: 'seen' }, { type: 'image' }, { type: 'text' }] }],
    });
    expect(checked.slice(2)).toEqual(messages.slice(2));
    expect(checkImages(checked, true)).toBe(checked);
  });

  it('are all told in words to a model that takes none', () => {
    const checked = blocksOf(checkImages([user(image(png))], false));
    expect(checked).toEqual([{ type: 'text', text: '[An image was left out: this model takes no images.]' }]);
  });
});
