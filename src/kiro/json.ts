import type { JsonObject } from '../core/chat.ts';

/** True for what has members by name: no list, no null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON text says; undefined when it is none. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The object that a JSON text says; undefined when it says none. */
export function parseObject(json: string): JsonObject | undefined {
  const value = parseJson(json);
  return isObject(value) ? value : undefined;
}
