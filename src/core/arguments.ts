import type { Json, JsonObject } from './chat.ts';

export interface Arguments {
  readonly input: JsonObject;
  /** What was wrong with the text and what became of it, for the model to read. */
  readonly note?: string;
}

/**
 * Reads the arguments of a tool call as a client sends them back. Broken JSON is mended where only its end or its
 * punctuation is wrong; else the text is kept whole under `arguments`. Never throws.
 */
export function readArguments(text: string): Arguments {
  if (text.trim() === '') return { input: {} };
  const value = parse(text);
  const inner = typeof value === 'string' ? parse(value) : value;
  if (isObject(inner)) return { input: inner };
  if (value !== undefined) {
    return { input: { arguments: value }, note: 'The arguments of this tool call were JSON, but not an object.' };
  }
  const mended = parse(mend(text));
  if (isObject(mended)) {
    return { input: mended, note: 'The arguments of this tool call were broken JSON and have been mended.' };
  }
  return {
    input: { arguments: text },
    note: 'The arguments of this tool call were not JSON; they are kept as plain text.',
  };
}

// Closes what was left open, escapes raw control characters in strings and drops commas that nothing follows.
function mend(text: string): string {
  let mended = '';
  let inString = false;
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString && character === '\\') {
      if (at + 1 < text.length) mended += character + text.charAt(++at);
    } else if (inString) {
      inString = character !== '"';
      mended += character < ' ' ? JSON.stringify(character).slice(1, -1) : character;
    } else if (character !== ',' || /[^}\]]/.test(nextAfter(text, at))) {
      inString = character === '"';
      if (character === '{') open.push('}');
      if (character === '[') open.push(']');
      if (character === '}' || character === ']') open.pop();
      mended += character;
    }
  }
  if (inString) mended += '"';
  else if (mended.trimEnd().endsWith(':')) mended += 'null';
  return mended + open.reverse().join('');
}

function nextAfter(text: string, at: number): string {
  let next = at + 1;
  while (next < text.length && text.charAt(next).trim() === '') next++;
  return text.charAt(next);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
