import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/chat.ts';
import { cleanSchema } from '../../../src/kiro/rules/tool-schemas.ts';

const dirty: JsonObject = { type: 'string', additionalProperties: false, $comment: 'x', strict: true };
const clean: JsonObject = { type: 'string' };
/** What becomes of one keyword below the root. */
function below(keyword: string, value: Json): unknown {
  const cleaned = cleanSchema({ type: 'object', properties: { a: { [keyword]: value } } });
  return ((cleaned['properties'] as JsonObject)['a'] as JsonObject)[keyword];
}

describe('a keyword of a schema', () => {
  it.each([
    ...['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
    ...['additionalItems', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
  ])('%s holds a schema that is cleaned, too', keyword => {
    expect(below(keyword, dirty)).toEqual(clean);
    expect(below(keyword, false)).toEqual({ not: {} });
    expect(below(keyword, true)).toEqual({});
    expect(below(keyword, 'odd')).toEqual({});
  });

  it.each(['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'])('%s holds a list of schemas', keyword => {
    expect(below(keyword, [dirty, true])).toEqual([clean, {}]);
  });

  it.each(['anyOf', 'oneOf', 'allOf', 'prefixItems'])('%s is dropped where it is no list, or an empty one', keyword => {
    expect(below(keyword, [])).toBeUndefined();
    expect(below(keyword, dirty)).toBeUndefined();
  });

  it.each(['properties', 'patternProperties', 'dependentSchemas'])('%s holds schemas by name', keyword => {
    expect(below(keyword, { $ref: dirty, b: false })).toEqual({ $ref: clean, b: { not: {} } });
    for (const odd of [[], 'odd', 7]) expect(below(keyword, odd)).toBeUndefined();
  });

  it.each(['$id', '$defs', '$anything', 'definitions', 'additionalProperties', 'strict'])('%s is dropped', keyword => {
    expect(below(keyword, {})).toBeUndefined();
    expect(below(keyword, 'x')).toBeUndefined();
  });

  it.each<[Json, Json | undefined]>([
    [
      ['a', 'b', 'a'],
      ['a', 'b'],
    ],
    [['a', 7, null], ['a']],
    [[7], undefined],
    [[], undefined],
    ['a', undefined],
    [true, undefined],
    [null, undefined],
  ])('required with %j is %j', (value, kept) => {
    expect(below('required', value)).toEqual(kept);
  });

  it('that is data stays as it is, and null only where it says something', () => {
    const data = { additionalProperties: false, $x: [null] };
    for (const keyword of ['enum', 'const', 'default', 'examples', 'description', 'format']) {
      expect(below(keyword, data)).toEqual(data);
    }
    expect(below('const', null)).toBeNull();
    expect(below('default', null)).toBeUndefined();
    expect(below('description', null)).toBeUndefined();
  });
});

describe('the root of a schema', () => {
  const a = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  const b = { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] };
  const number = { type: 'number' };
  const text = { type: 'string' };

  it.each<[JsonObject, JsonObject]>([
    [{}, { type: 'object', properties: {} }],
    [{ type: 'string' }, { type: 'object', properties: {} }],
    [
      { properties: 'odd', required: 'odd' },
      { type: 'object', properties: {} },
    ],
    [{ allOf: [a, b] }, { type: 'object', properties: { a: text, b: text }, required: ['a', 'b'] }],
    [{ anyOf: [a] }, { type: 'object', properties: { a: text }, required: ['a'] }],
    [
      { oneOf: [a, b], description: 'Both.' },
      {
        type: 'object',
        description: 'Both.\nGive the members of one of these sets: a | b.',
        properties: { a: text, b: text },
      },
    ],
    [
      { anyOf: [a, { type: 'object', properties: { a: number } }] },
      {
        type: 'object',
        description: 'Give the members of one of these sets: a.',
        properties: { a: { anyOf: [text, number] } },
      },
    ],
    [
      { anyOf: [a, { type: 'object' }] },
      { type: 'object', description: 'Give the members of one of these sets: a | (nothing).', properties: { a: text } },
    ],
    [
      { properties: { a: number }, anyOf: [a, b] },
      {
        type: 'object',
        description: 'Give the members of one of these sets: a | b.',
        properties: { a: number, b: text },
      },
    ],
    [
      { properties: { a: number }, allOf: [a] },
      { type: 'object', properties: { a: { allOf: [number, text] } }, required: ['a'] },
    ],
    [
      { properties: { a: text }, allOf: [a] },
      { type: 'object', properties: { a: text }, required: ['a'] },
    ],
    [{ anyOf: [{ type: 'string' }, a] }, { type: 'object', properties: { a: text }, required: ['a'] }],
    [
      { anyOf: [{ type: ['object', 'null'], ...{ properties: { a: text } } }] },
      { type: 'object', properties: { a: text } },
    ],
    [{ allOf: [{ anyOf: [a, b] }] }, { type: 'object', properties: { a: text, b: text } }],
    [
      { description: '', title: 'T' },
      { type: 'object', description: '', title: 'T', properties: {} },
    ],
  ])('of %j becomes an object', (schema, root) => {
    expect(cleanSchema(schema)).toEqual(root);
  });
});

describe('a reference', () => {
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };

  it.each<[string, JsonObject, Json]>([
    ['#/$defs/a', { a: { type: 'string' } }, { type: 'string' }],
    ['#/$defs/a~1b', { 'a/b': { type: 'string' } }, { type: 'string' }],
    ['#/$defs/a~0b', { 'a~b': { type: 'string' } }, { type: 'string' }],
    ['#/$defs/a%20b', { 'a b': { type: 'string' } }, { type: 'string' }],
    ['#/$defs/%zz', { '%zz': { type: 'string' } }, { type: 'string' }],
    ['#/$defs/nowhere', {}, { description: 'The form called nowhere.' }],
    ['#/$defs/toString', {}, { description: 'The form called toString.' }],
    ['https://example.com/x', {}, { description: 'The form called x.' }],
    ['#/$defs/seven', { seven: 7 }, { description: 'The form called seven.' }],
    ['#/$defs/typed', { typed: [] }, { description: 'The form called typed.' }],
  ])('to %s is written out, or named', ($ref, $defs, written) => {
    const cleaned = cleanSchema({ type: 'object', properties: { a: { $ref } }, $defs });
    expect((cleaned['properties'] as JsonObject)['a']).toEqual(written);
  });

  it('keeps what stands beside it, which counts more', () => {
    const beside = { $ref: '#/$defs/a', description: 'Mine.', strict: true };
    const cleaned = cleanSchema({ properties: { a: beside }, $defs: { a: { type: 'string', description: 'Its.' } } });
    expect(cleaned['properties']).toEqual({ a: { type: 'string', description: 'Mine.' } });
  });

  it('in a circle is followed twice, then named', () => {
    const cleaned = cleanSchema({ properties: { first: { $ref: '#/$defs/node' } }, $defs: { node } });
    const end = { type: 'object', description: 'The form called node.' };
    expect(cleaned['properties']).toEqual({
      first: { type: 'object', properties: { next: { type: 'object', properties: { next: end } } } },
    });
    const self = cleanSchema({ type: 'object', properties: { a: { $ref: '#' } } });
    const whole = { type: 'object', description: 'The same form as the whole.' };
    expect(self['properties']).toEqual({
      a: { type: 'object', properties: { a: { type: 'object', properties: { a: whole } } } },
    });
  });
});
