import type { ShrinkImage } from '../kiro/media/read-piece.ts';

/** Makes images smaller with what Bun has built in; it works beside the event loop. */
export const shrinkImage: ShrinkImage = async (bytes, maxBytes) => {
  for (const side of sides) {
    const smaller = await new Bun.Image(bytes, { maxPixels })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85 })
      .bytes();
    if (smaller.length <= maxBytes) return smaller;
  }
  throw new Error('The image cannot be made small enough.');
};

// Models see at most some 1568 pixels a side: more is only weight.
const sides = [2000, 1400, 900, 500];
const maxPixels = 100_000_000;
