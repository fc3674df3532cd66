// What fields of a request body may be, each with the words for one that is not.
import * as v from 'valibot';
import { isObject } from './body.ts';

export const text = v.string('must be a string');
export const name = v.pipe(text, v.nonEmpty('must not be empty'));
export const flag = v.boolean('must be a boolean');
// JSON can write numbers that are none here: 1e999.
export const number = v.pipe(v.number('must be a number'), v.finite('must be a number'));
const aboveZero = 'must be a whole number above 0';
export const positive = v.pipe(number, v.safeInteger(aboveZero), v.minValue(1, aboveZero));
/** Whatever it is, and whether it is there or not. */
export const anything = v.optional(v.unknown());
export const texts = list(text);
export const stop = v.union([text, texts], 'must be a string or a list of strings');
export const messages = v.pipe(list(anything), v.minLength(1, 'must hold at least one message'));

export function list<S extends v.GenericSchema>(schema: S) {
  return v.array(schema, 'must be a list');
}

/** An object whose other fields pass. */
export function object<E extends v.ObjectEntries>(entries: E) {
  const words = 'must be an object';
  const fields = v.looseObject(entries, ({ path }) => {
    // One of its fields is missing, and that field's words say what it must be.
    const missing: object | undefined = path && entries[String(path[0].key)];
    return missing && 'message' in missing ? String(missing.message) : words;
  });
  // The library takes a list for an object.
  return v.pipe(v.custom<v.InferInput<typeof fields>>(isObject, words), fields);
}

/** A field that may be missing, or null: clients write that for what they do not use. */
export function maybe<S extends v.GenericSchema>(schema: S) {
  return v.nullish(schema);
}
