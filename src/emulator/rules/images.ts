import { type Question, readTurns } from '../question.ts';
import type { Breach, Rules } from './rule.ts';

/** The rule about images. */
export const imageRules: Rules<Question> = { '2.1.9': checkImages };

function* checkImages(question: Question): Iterable<Breach> {
  let count = 0;
  for (const { path, user } of readTurns(question)) {
    for (const [at, { format, source }] of (user?.images ?? []).entries()) {
      const place = `${path}.images[${at}]`;
      count += 1;
      if (count > mostImages) yield { path: place, message: `a request holds at most ${mostImages} images` };
      if (!base64.test(source.bytes)) {
        yield { path: `${place}.source.bytes`, message: 'must be base64' };
        continue;
      }
      if (source.bytes.length > longestBase64) {
        yield { path: `${place}.source.bytes`, message: `has more than ${longestBase64} characters` };
      }
      const found = readFormat(Buffer.from(source.bytes.slice(0, 24), 'base64'));
      if (found === format) continue;
      yield {
        path: `${place}.format`,
        message: `says ${format}, and the bytes are ${found ?? 'of no known format'}`,
        reason: 'IMAGE_FORMAT_UNSUPPORTED',
        says: 'The format of an image is not supported.',
      };
    }
  }
}

/** The format that the first bytes of an image tell. */
function readFormat(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  return /^RIFF[\s\S]{4}WEBP/.test(text) ? 'webp' : undefined;
}

const mostImages = 10;
const longestBase64 = 5 * 1024 * 1024;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
