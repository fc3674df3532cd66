import type { Breach } from './rule.ts';

/** What a member may hold. */
export type Shape =
  | { readonly text: RegExp }
  | { readonly number: true }
  /** An object that is the caller's own business. */
  | { readonly free: true; readonly empty: boolean }
  | { readonly list: Shape; readonly empty?: true }
  /** An object with these members; a name that ends in `?` may be left out. */
  | { readonly members: Readonly<Record<string, Shape>> }
  /** An object with exactly one of these members. */
  | { readonly oneOf: Readonly<Record<string, Shape>> };

/** Where a value is not what its shape says: unlisted or missing members, nulls, empty collections, wrong types. */
export function* compareShape(value: unknown, shape: Shape, path: string): Iterable<Breach> {
  if (value === null) {
    yield { path, message: 'null is not allowed' };
  } else if ('text' in shape) {
    yield* compareText(value, shape.text, path);
  } else if ('number' in shape) {
    if (typeof value !== 'number') yield { path, message: 'must be a number' };
  } else if ('list' in shape) {
    yield* compareList(value, shape, path);
  } else if (!isObject(value)) {
    yield { path, message: 'must be an object' };
  } else if ('free' in shape) {
    if (!shape.empty && Object.keys(value).length === 0) yield { path, message: 'an empty object must be left out' };
  } else if ('oneOf' in shape) {
    yield* compareOneOf(value, shape.oneOf, path);
  } else {
    yield* compareMembers(value, shape.members, path);
  }
}

function* compareText(value: unknown, pattern: RegExp, path: string): Iterable<Breach> {
  if (typeof value !== 'string') yield { path, message: 'must be a string' };
  else if (!pattern.test(value)) yield { path, message: `must match ${pattern}` };
}

function* compareList(value: unknown, shape: { list: Shape; empty?: true }, path: string): Iterable<Breach> {
  if (!Array.isArray(value)) yield { path, message: 'must be a list' };
  else if (value.length === 0 && !shape.empty) yield { path, message: 'an empty list must be left out' };
  else for (const [at, one] of value.entries()) yield* compareShape(one, shape.list, `${path}[${at}]`);
}

function* compareOneOf(value: object, members: Readonly<Record<string, Shape>>, path: string): Iterable<Breach> {
  const names = Object.keys(value);
  const [name = ''] = names;
  const shape = Object.hasOwn(members, name) ? members[name] : undefined;
  if (names.length !== 1 || shape === undefined) {
    yield { path, message: `must hold exactly one of ${Object.keys(members).join(', ')}` };
  } else {
    yield* compareShape(Object.values(value)[0], shape, `${path}.${name}`);
  }
}

function* compareMembers(value: object, members: Readonly<Record<string, Shape>>, path: string): Iterable<Breach> {
  const known = new Map(Object.entries(members).map(([name, shape]) => [name.replace('?', ''), shape]));
  const child = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (Object.keys(value).length === 0) yield { path, message: 'an empty object must be left out' };
  for (const name of known.keys()) {
    if (!Object.hasOwn(value, name) && Object.hasOwn(members, name)) yield { path: child(name), message: 'is missing' };
  }
  for (const [name, member] of Object.entries(value)) {
    const shape = known.get(name);
    if (shape === undefined) yield { path: child(name), message: 'is not a member that the service knows' };
    else yield* compareShape(member, shape, child(name));
  }
}

/** Whether a value has members by name. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
