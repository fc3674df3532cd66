import type { ParseError } from 'jsonc-parser';
import { ChatError } from '../core/errors.ts';

/** The JSON in a request's body; throws `ChatError` of kind `invalid` that says where it is broken. */
export async function readJson(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) throw new ChatError('invalid', 'The request body is empty. Send a JSON object.');
  const text = readText(bytes);
  try {
    return JSON.parse(text);
  } catch {
    const place = await findMistake(text);
    throw new ChatError('invalid', `The request body is not valid JSON${place}.`);
  }
}

function readText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new ChatError('invalid', 'The request body is not valid UTF-8.');
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

// The engine's own message has no position. Only broken bodies pay for this parser.
async function findMistake(text: string): Promise<string> {
  if (text.length > longest) return '';
  const { parse } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return '';
  }
  const offset = errors[0]?.offset;
  if (offset === undefined) return '';
  if (offset >= text.length) return ': it ends too early';
  const before = text.slice(0, offset).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

// Characters; a longer body would hold up every other stream.
const longest = 4 * 1024 * 1024;
