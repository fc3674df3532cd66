// Reading a client's JSON: every complaint names its field by path.
import { type GenericSchema, type InferOutput, safeParse } from 'valibot';
import type { Json, JsonObject } from '../core/chat.ts';
import { ChatError } from '../core/errors.ts';

/** A request body by its schema. Unknown fields pass; the first wrong one is named. */
export function readBody<S extends GenericSchema>(schema: S, body: unknown): InferOutput<S> {
  if (!isObject(body)) throw new ChatError('invalid', 'The request body must be a JSON object.');
  if (isDeeper(body, maxDepth))
    throw new ChatError('invalid', `The request body is nested over ${maxDepth} levels deep.`);
  const read = safeParse(schema, body, { abortEarly: true });
  if (read.success) return read.output;
  const { path = [], message } = read.issues[0];
  const isMissing = path.at(-1)?.value === undefined;
  throw invalid(writePath(path.map(({ key }) => key)), isMissing ? `is missing: ${message}` : message);
}

/** The error for one wrong field. */
export function invalid(path: string, problem: string): ChatError {
  return new ChatError('invalid', `${path}: ${problem}`, { param: path });
}

/** The error for something that the gateway does not do. */
export function unsupported(path: string, problem: string): ChatError {
  return new ChatError('unsupported', `${path}: ${problem}`, { param: path });
}

/** Whether a part of a parsed body is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a part of a parsed body is a JSON list. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** A part of a body that must be an object. */
export function readObject(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  throw invalid(path, missing(value, 'an object'));
}

/** A part of a body that must be a list. */
export function readList(value: unknown, path: string): readonly Json[] {
  if (isList(value)) return value;
  throw invalid(path, missing(value, 'a list'));
}

/** A part of a body that must be a string. */
export function readString(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalid(path, missing(value, 'a string'));
}

/** A part of a body that must be a string with something in it. */
export function readName(value: unknown, path: string): string {
  const name = readString(value, path);
  if (name !== '') return name;
  throw invalid(path, 'must not be empty');
}

/** A string where there is one: clients write `null` for what they do not use. */
export function optionalString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// No honest request comes near it, and everything behind here may recurse.
const maxDepth = 256;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some(part => isDeeper(part, levels - 1));
  for (const name in value) if (isDeeper((value as JsonObject)[name], levels - 1)) return true;
  return false;
}

function missing(value: unknown, expected: string): string {
  return value === undefined ? `is missing: must be ${expected}` : `must be ${expected}`;
}

function writePath(path: readonly unknown[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}
