// Estimates instead of a tokenizer: its tables take 70 to 110 MB of memory and half a second to load, more than all of
// the gateway. The costs below are fitted to o200k_base over prose, code and JSON; the tests hold them against it.

/** Letters that are read of one text: about a millisecond. */
const longest = 64 * 1024;
const samples = 32;

/** Tokens of a text, estimated. Of one that is longer than `most` letters only samples are read. */
export function countTokens(text: string, most = longest): number {
  if (text.length <= most) return Math.ceil(costOf(text, 0, text.length));
  const size = most / samples;
  const step = (text.length - size) / (samples - 1);
  let cost = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const from = Math.floor(sample * step);
    cost += costOf(text, from, from + size);
  }
  return Math.ceil((cost * text.length) / most);
}

function costOf(text: string, from: number, to: number): number {
  let cost = 0;
  let at = from;
  let before = space;
  while (at < to) {
    const start = at;
    const kind = kindOf(text.charCodeAt(at));
    if (kind <= accented) {
      let capitals = 0;
      while (at < to && kindOf(text.charCodeAt(at)) === upper) at += 1;
      capitals = at - start;
      for (; at < to; at += 1) {
        const letter = kindOf(text.charCodeAt(at));
        if (letter === accented) cost += 2.26;
        else if (letter !== lower) break;
      }
      const small = at - start - capitals;
      if (small === 0 || capitals > 1) cost += 1.23;
      // Letters among digits are no words, and no token holds both.
      if (before === digit) cost += 0.3;
      if (small > 0) cost += wordCost(capitals > 0 ? small + 1 : small, before === space);
      before = lower;
    } else {
      at += 1;
      while (at < to && kindOf(text.charCodeAt(at)) === kind) at += 1;
      const isEscape = kind === sign && text.charCodeAt(at - 1) === backslash && isCode(text, at);
      const length = isEscape ? at - start - 1 : at - start;
      if (length > 0) cost += runCost(kind, length, before, isEscape ? sign : kindOf(text.charCodeAt(at)));
      if (isEscape) {
        cost += 3.5;
        at += 5;
      }
      before = kind;
    }
  }
  return cost;
}

// Behind a backslash: a letter of another script as JSON may write it.
function isCode(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== smallU) return false;
  for (let digit = at + 1; digit < at + 5; digit += 1) {
    const code = text.charCodeAt(digit) | 0x20;
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

// A space before a word belongs to its token.
function wordCost(length: number, isAfterSpace: boolean): number {
  const beyond = Math.max(0, length - 9);
  return isAfterSpace ? 1.03 + 0.33 * beyond : 0.94 + 0.04 * Math.max(0, Math.min(length, 9) - 4) + 0.25 * beyond;
}

function runCost(kind: number, length: number, before: number, after: number): number {
  switch (kind) {
    case digit:
      return Math.ceil(length / 3);
    case space:
      // One space belongs to what follows, if that is no number.
      return length > 1 ? 0.9 : after === digit ? 1 : 0;
    case line:
      return 0.1;
    case sign:
      // A single one belongs to the word that follows it.
      return length === 1 ? (after <= accented ? 0.65 : 1) : 1.05 + 0.15 * Math.min(6, Math.max(0, length - 3));
    case han:
      return 0.82 * length;
    case kana:
      return 0.74 * length;
    case hangul:
      return 0.77 * length;
    case cyrillic:
      return (before === space ? 0.75 : 1) + 0.22 * length;
    case pair:
      return 0.7 * length;
    case wide:
      return length;
    default:
      return 0.4 * length;
  }
}

const backslash = 92;
const smallU = 117;

const lower = 0;
const upper = 1;
const accented = 2;
const digit = 3;
const space = 4;
const line = 5;
const sign = 6;
const han = 7;
const kana = 8;
const hangul = 9;
const cyrillic = 10;
const pair = 11;
const wide = 12;
const other = 13;

function kindOf(code: number): number {
  return code < 128 ? (plain[code] ?? sign) : kindBeyond(code);
}

function kindBeyond(code: number): number {
  if (code < 0x00c0) return wide;
  if (code < 0x0250) return accented;
  if (code >= 0x0370 && code < 0x0530) return cyrillic;
  if (code >= 0x2000 && code < 0x3040) return wide;
  if (code >= 0x3040 && code < 0x3100) return kana;
  if (code >= 0x3400 && code < 0xa000) return han;
  if (code >= 0xac00 && code < 0xd800) return hangul;
  if (code >= 0xd800 && code < 0xe000) return pair;
  return code >= 0xff00 ? wide : other;
}

const plain = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 97 && code <= 122) return lower;
  if (code >= 65 && code <= 90) return upper;
  if (code >= 48 && code <= 57) return digit;
  if (code === 32 || code === 9) return space;
  return code === 10 || code === 13 ? line : sign;
});
