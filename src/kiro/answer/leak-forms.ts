import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject, parseObject } from '../json.ts';

export interface LeakedCall {
  readonly name: string;
  readonly input: JsonObject;
}

export interface Leak {
  readonly calls: readonly LeakedCall[];
  /** Letters of the text that the calls take. */
  readonly length: number;
}

type Schemas = ReadonlyMap<string, JsonObject>;

// Models write these tags with and without it.
const prefix = 'antml:';

/** What a leaked call begins with. */
export const leakMarks: readonly string[] = [
  '<function_calls>',
  `<${prefix}function_calls>`,
  '<invoke ',
  `<${prefix}invoke `,
  '[Called ',
];

/** Reads the call or calls that a text begins with. `open`: it may become one; `none`: it never will. */
export function readLeak(text: string, schemas: Schemas, isEnd: boolean): Leak | 'open' | 'none' {
  if (text.startsWith('[')) return readBracket(text, schemas);
  const group = groupStart.exec(text);
  return group === null ? readInvoke(text, 0, schemas) : readGroup(text, group[0].length, schemas, isEnd);
}

function readGroup(text: string, start: number, schemas: Schemas, isEnd: boolean): Leak | 'open' | 'none' {
  const calls: LeakedCall[] = [];
  let at = start;
  for (;;) {
    at += leadingSpace(text, at);
    const rest = text.slice(at);
    const end = groupEnd.exec(rest);
    // The closing tag is often what the model stopped at.
    if (end !== null || (isEnd && groupEnds.some(tag => tag.startsWith(rest)))) {
      return calls.length === 0 ? 'none' : { calls, length: at + (end?.[0] ?? rest).length };
    }
    const invoke = readInvoke(text, at, schemas);
    if (typeof invoke !== 'object') {
      const mayGoOn = groupEnds.some(tag => tag.startsWith(rest));
      return invoke === 'none' && mayGoOn ? 'open' : invoke;
    }
    calls.push(...invoke.calls);
    at = invoke.length;
  }
}

/** `length` counts from the start of the text. */
function readInvoke(text: string, at: number, schemas: Schemas): Leak | 'open' | 'none' {
  const rest = text.slice(at);
  const head = invokeStart.exec(rest);
  if (head === null) return rest.length < 200 && !rest.includes('>') && mayBeInvoke(rest) ? 'open' : 'none';
  const [tag, name = ''] = head;
  const schema = schemas.get(name);
  if (schema === undefined) return 'none';
  const end = invokeEnd.exec(rest);
  if (end === null) return 'open';
  const input = readParameters(rest.slice(tag.length, end.index), schema);
  if (input === undefined) return 'none';
  return { calls: [{ name, input }], length: at + end.index + end[0].length };
}

const mayBeInvoke = (rest: string): boolean =>
  invokeStarts.some(start => start.startsWith(rest.slice(0, start.length)));

function readParameters(body: string, schema: JsonObject): JsonObject | undefined {
  const input: Record<string, Json> = {};
  let at = 0;
  for (const match of body.matchAll(parameter)) {
    const [whole, name = '', value = ''] = match;
    if (body.slice(at, match.index).trim() !== '') return undefined;
    input[name] = readValue(value, name, schema);
    at = match.index + whole.length;
  }
  const rest = body.slice(at).trim();
  if (rest === '') return input;
  return at === 0 ? parseObject(rest) : undefined;
}

// Only the schema tells the text "5" from the number.
function readValue(value: string, name: string, schema: JsonObject): Json {
  const properties = schema['properties'];
  const property = isObject(properties) ? properties[name] : undefined;
  const types = isObject(property) ? [property['type']].flat() : [];
  if (types.includes('string')) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** `[Called name with args: {…}]` */
function readBracket(text: string, schemas: Schemas): Leak | 'open' | 'none' {
  const head = bracketStart.exec(text);
  if (head === null) return text.length < 200 && !/[\n\]{]/.test(text) ? 'open' : 'none';
  const [start, name = ''] = head;
  if (!schemas.has(name)) return 'none';
  const end = objectEnd(text, start.length - 1);
  if (end === undefined) return 'open';
  const close = /^\s*\]/.exec(text.slice(end));
  if (close === null) return text.slice(end).trim() === '' ? 'open' : 'none';
  const input = parseObject(text.slice(start.length - 1, end));
  return input === undefined ? 'none' : { calls: [{ name, input }], length: end + close[0].length };
}

/** Where the object that begins at a place ends; undefined when it does not end yet. */
function objectEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{') depth += 1;
    else if (letter === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

const leadingSpace = (text: string, at: number): number => /^\s*/.exec(text.slice(at))?.[0].length ?? 0;

const groupStart = /^<(?:antml:)?function_calls>/;
const groupEnd = /^<\/(?:antml:)?function_calls>/;
const groupEnds = ['</function_calls>', `</${prefix}function_calls>`];
const invokeStarts = ['<invoke name="', `<${prefix}invoke name="`];
const invokeStart = /^<(?:antml:)?invoke\s+name="([^"]{1,128})"\s*>/;
const invokeEnd = /<\/(?:antml:)?invoke>/;
const parameter = /<(?:antml:)?parameter\s+name="([^"]{1,128})"[^>]*>([\s\S]*?)<\/(?:antml:)?parameter>/g;
const bracketStart = /^\[Called ([\w.:/-]{1,128}) with args:\s*\{/;
