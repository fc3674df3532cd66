import { cut } from '../print.ts';

/** Texts that do not fit a line that is edited, each with a sign that stands for it there. */
export interface LongTexts {
  /** A text as it stands in the line: itself, or its sign. */
  shorten(text: string): string;
  /** A line with the texts in place of their signs. */
  expand(line: string): string;
  /** The length of the sign that a line ends with; 0 for none. */
  signAtEnd(line: string): number;
}

/** Signs tell how long a text is and how it begins; no two texts have the same. */
export function createLongTexts(): LongTexts {
  const texts = new Map<string, string>();
  return {
    shorten(text) {
      const line = text.replace(/\n$/, '');
      if (line.length <= longest && !/(?!\t)\p{Cc}/u.test(line)) return line;
      for (let number = 1; ; number += 1) {
        const sign = writeSign(text, number);
        if ((texts.get(sign) ?? text) !== text) continue;
        texts.set(sign, text);
        return sign;
      }
    },
    expand: line => line.replaceAll(anySign, sign => texts.get(sign) ?? sign),
    signAtEnd(line) {
      const [sign = ''] = line.match(anySign)?.slice(-1) ?? [];
      return texts.has(sign) && line.endsWith(sign) ? sign.length : 0;
    },
  };
}

function writeSign(text: string, number: number): string {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const size = lines > 1 ? `${lines} lines` : `${text.length} characters`;
  const begin = cut(
    text
      .slice(0, longest)
      .replaceAll(/[[\]\s\p{Cc}]+/gu, ' ')
      .trim(),
    24,
  );
  return `[${size}: ${begin}${number === 1 ? '' : ` #${number}`}]`;
}

const anySign = /\[\d+ (?:lines|characters): [^[\]]*\]/g;
const longest = 400;
