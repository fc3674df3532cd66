/** Tokens of an image, by its size and not by its length. */
export function countImage(base64: string): number {
  const size = readSize(Buffer.from(base64.slice(0, headLength), 'base64'));
  if (size === undefined) return unknownImage;
  // Larger ones are scaled down before the model sees them.
  const scale = Math.min(1, longestEdge / Math.max(size.width, size.height));
  const tokens = Math.ceil((size.width * scale * size.height * scale) / pixelsPerToken);
  return Math.min(mostTokens, Math.max(1, tokens));
}

/** For an image that is not at hand. */
export const unknownImage = 1000;

interface Size {
  readonly width: number;
  readonly height: number;
}

function readSize(bytes: Buffer): Size | undefined {
  try {
    if (bytes.readUInt32BE(0) === 0x89504e47) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    const start = bytes.toString('latin1', 0, 4);
    if (start.startsWith('GIF8')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
    if (start === 'RIFF') return readWebp(bytes);
    return bytes.readUInt16BE(0) === 0xffd8 ? readJpeg(bytes) : undefined;
  } catch {
    // The header goes on beyond what was read.
    return undefined;
  }
}

function readWebp(bytes: Buffer): Size | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}

function readJpeg(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes.readUInt16BE(at);
    // The frame headers, without the tables whose markers lie between them.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

const headLength = 128 * 1024;
const longestEdge = 1568;
const pixelsPerToken = 750;
const mostTokens = 1600;
