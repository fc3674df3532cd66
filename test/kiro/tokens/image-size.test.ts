import { describe, expect, it } from 'vitest';
import { countImage, unknownImage } from '../../../src/kiro/tokens/image-size.ts';

const count = (bytes: Buffer): number => countImage(bytes.toString('base64'));

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(0x89504e47, 0);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function webp(kind: string, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write(`RIFF    WEBP${kind}`, 0, 'latin1');
  write(bytes);
  return bytes;
}

/** A JPEG with these segments before the size of its frame. */
function jpeg(
  width: number,
  height: number,
  segments: readonly (readonly [marker: number, length: number])[],
  frame = 0xffc0,
) {
  const parts = segments.map(([marker, length]) => {
    const part = Buffer.alloc(length + 2);
    part.writeUInt16BE(marker, 0);
    part.writeUInt16BE(length, 2);
    return part;
  });
  const last = Buffer.alloc(12);
  last.writeUInt16BE(frame, 0);
  last.writeUInt16BE(8, 2);
  last.writeUInt16BE(height, 5);
  last.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8', 'hex'), ...parts, last]);
}

describe('the tokens of an image', () => {
  it.each([
    [750, 2, 2],
    [751, 1, 2],
    [1, 1, 1],
    [1000, 750, 1000],
    [1568, 100, 210],
    [3136, 200, 210],
    [200, 3136, 210],
    [1568, 1568, 1600],
    [10_000, 10_000, 1600],
    [1095, 1095, 1599],
  ])('of %d × %d pixels are %d', (width, height, tokens) => {
    expect(count(png(width, height))).toBe(tokens);
  });

  it('are those of its own width and height in every format', () => {
    const gif = Buffer.from('GIF89a\u00e8\u0003\u00ee\u0002', 'latin1');
    const extended = webp('VP8X', bytes => {
      bytes.writeUIntLE(999, 24, 3);
      bytes.writeUIntLE(749, 27, 3);
    });
    const lossless = webp('VP8L', bytes => bytes.writeUInt32LE(999 | (749 << 14), 21));
    const lossy = webp('VP8 ', bytes => {
      // The two highest bits are a scale, and no size.
      bytes.writeUInt16LE(1000 | 0x4000, 26);
      bytes.writeUInt16LE(750 | 0x8000, 28);
    });
    for (const bytes of [png(1000, 750), gif, extended, lossless, lossy, jpeg(1000, 750, [])]) {
      expect(count(bytes)).toBe(1000);
    }
  });

  it('are found behind what cameras write, and in every kind of frame', () => {
    expect(
      count(
        jpeg(1000, 750, [
          [0xffe0, 16],
          [0xffe1, 5000],
          [0xffdb, 67],
        ]),
      ),
    ).toBe(1000);
    // Tables, whose markers lie between those of the frames.
    for (const table of [0xffc4, 0xffc8, 0xffcc]) expect(count(jpeg(1000, 750, [[table, 20]]))).toBe(1000);
    for (const frame of [0xffc1, 0xffc2, 0xffcf]) expect(count(jpeg(1000, 750, [], frame))).toBe(1000);
    expect(count(jpeg(1000, 750, [[0xffd0, 30]]))).toBe(1000);
  });

  it('are guessed where there is no size to be read', () => {
    const noKind = webp('XXXX', () => {});
    const short = jpeg(1000, 750, []).subarray(0, 9);
    const strange = [Buffer.from('no image at all, but text'), Buffer.alloc(0), Buffer.alloc(3), noKind, short];
    for (const bytes of [...strange, png(5, 5).subarray(0, 20), Buffer.from('1234GIF8......')]) {
      expect(count(bytes)).toBe(unknownImage);
    }
    expect(unknownImage).toBe(1000);
  });

  it('are guessed, too, where the size comes after much else', () => {
    const far = jpeg(100, 100, [
      [0xffe1, 60_000],
      [0xffe1, 60_000],
    ]);
    expect(count(far)).toBe(unknownImage);
    expect(count(jpeg(100, 100, [[0xffe1, 60_000]]))).toBe(14);
  });
});
