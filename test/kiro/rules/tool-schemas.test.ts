import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/chat.ts';
import { cleanSchema } from '../../../src/kiro/rules/tool-schemas.ts';
import { costOf } from '../../support/cost.ts';
import { schema as anySchema } from '../support/conversations.ts';

const properties = (schema: JsonObject): JsonObject => cleanSchema(schema)['properties'] as JsonObject;
const text = { type: 'string' };
const number = { type: 'number' };

describe('keywords of a schema', () => {
  it('are dropped at every depth where the service refuses them', () => {
    const refused = { $schema: 'x', $defs: {}, additionalProperties: false, strict: true, required: [] };
    const inner = { type: 'object', properties: { c: { ...text, ...refused } }, ...refused };
    const dirty: JsonObject = {
      type: 'object',
      ...refused,
      properties: {
        a: { type: 'array', items: inner },
        b: { anyOf: [inner, text], not: inner, prefixItems: [inner], patternProperties: { '^x': inner } },
      },
    };
    const clean = { type: 'object', properties: { c: text } };
    expect(cleanSchema(dirty)).toEqual({
      type: 'object',
      properties: {
        a: { type: 'array', items: clean },
        b: { anyOf: [clean, text], not: clean, prefixItems: [clean], patternProperties: { '^x': clean } },
      },
    });
  });

  it('stay where they are names of properties, or data', () => {
    const named = {
      required: text,
      additionalProperties: text,
      $ref: text,
      strict: text,
      $schema: text,
      __proto__x: text,
    };
    const data = { enum: [{ additionalProperties: true }], const: { $ref: 'x' }, default: { required: [] } };
    expect(properties({ type: 'object', properties: { ...named, data } })).toEqual({ ...named, data });
    const odd = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
    expect(JSON.stringify(cleanSchema(odd))).toBe('{"type":"object","properties":{"__proto__":{"type":"string"}}}');
  });

  it('keep a list of required names, each once and only names', () => {
    const required = (names: JsonObject['x']) => cleanSchema({ type: 'object', required: names ?? null })['required'];
    expect(required(['a', 'b', 'a', 1, null])).toEqual(['a', 'b']);
    expect([required([]), required(null), required(true), required('a')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are left out when they are null or empty', () => {
    expect(
      properties({
        properties: { a: { type: 'string', description: null, default: null, anyOf: [], items: null, const: null } },
      }),
    ).toEqual({ a: { type: 'string', const: null } });
  });

  it('say with objects what true and false say', () => {
    expect(properties({ properties: { a: true, b: false, c: { items: true } } })).toEqual({
      a: {},
      b: { not: {} },
      c: { items: {} },
    });
  });
});

describe('the root of a schema', () => {
  it('is an object, whatever was given', () => {
    const empty = { type: 'object', properties: {} };
    expect(cleanSchema({})).toEqual(empty);
    expect(cleanSchema({ type: 'array' })).toEqual(empty);
    expect(cleanSchema({ type: ['object', 'null'] })).toEqual(empty);
    expect(cleanSchema({ type: 'object', properties: null })).toEqual(empty);
  });

  it('keeps its description', () => {
    expect(cleanSchema({ description: 'Options', title: 'O' })).toEqual({
      type: 'object',
      description: 'Options',
      title: 'O',
      properties: {},
    });
  });

  it('holds together what allOf demands', () => {
    expect(
      cleanSchema({
        type: 'object',
        properties: { a: text },
        required: ['a'],
        allOf: [{ properties: { b: number }, required: ['b'] }, { properties: { a: { minLength: 1 }, c: text } }],
      }),
    ).toEqual({
      type: 'object',
      properties: { a: { allOf: [text, { minLength: 1 }] }, b: number, c: text },
      required: ['a', 'b'],
    });
  });

  it('offers what any of its alternatives has, and demands what all of them demand', () => {
    expect(
      cleanSchema({
        description: 'Where.',
        properties: { id: text },
        required: ['id'],
        oneOf: [
          { type: 'object', properties: { path: text, mode: { const: 'a' } }, required: ['path', 'mode'] },
          { type: 'object', properties: { url: text, mode: { const: 'b' } }, required: ['url', 'mode'] },
          { type: 'null' },
        ],
      }),
    ).toEqual({
      type: 'object',
      description: 'Where.\nGive the members of one of these sets: path, mode | url, mode.',
      properties: { id: text, path: text, mode: { anyOf: [{ const: 'a' }, { const: 'b' }] }, url: text },
      required: ['id', 'mode'],
    });
  });

  it('resolves combinations inside of combinations', () => {
    expect(
      cleanSchema({
        anyOf: [{ allOf: [{ properties: { a: text }, required: ['a'] }, { oneOf: [{ properties: { b: text } }] }] }],
      }),
    ).toEqual({ type: 'object', properties: { a: text, b: text }, required: ['a'] });
  });
});

describe('references of a schema', () => {
  it('are replaced by what they refer to', () => {
    expect(
      properties({
        properties: {
          a: { $ref: '#/$defs/Name', description: 'mine' },
          b: { type: 'array', items: { $ref: '#/definitions/a~1b' } },
          c: { $ref: '#/properties/a' },
          d: { $ref: '#/$defs/With%20space' },
        },
        $defs: { Name: { type: 'string', description: 'its', additionalProperties: false }, 'With space': number },
        definitions: { 'a/b': number },
      }),
    ).toEqual({
      a: { type: 'string', description: 'mine' },
      b: { type: 'array', items: number },
      c: { type: 'string', description: 'mine' },
      d: number,
    });
  });

  it('can stand at the root', () => {
    expect(
      cleanSchema({ $ref: '#/$defs/In', $defs: { In: { type: 'object', properties: { a: text }, required: ['a'] } } }),
    ).toEqual({
      type: 'object',
      properties: { a: text },
      required: ['a'],
    });
  });

  it('are followed into themselves a little, and then named', () => {
    const tree = cleanSchema({
      $ref: '#/$defs/Node',
      $defs: { Node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } } } },
    });
    expect(JSON.stringify(tree).match(/children/g)).toHaveLength(2);
    expect(JSON.stringify(tree)).toContain('{"type":"object","description":"The form called Node."}');
  });

  it('that lead nowhere leave a schema that allows all', () => {
    expect(properties({ properties: { a: { $ref: '#/nowhere' }, b: { $ref: 'https://example.com/x.json' } } })).toEqual(
      {
        a: { description: 'The form called nowhere.' },
        b: { description: 'The form called x.json.' },
      },
    );
  });

  it('are followed after any number of members without references', () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`m${index}`, text]));
    const inlined = properties({ properties: { ...many, last: { $ref: '#/$defs/Name' } }, $defs: { Name: number } });
    expect(inlined['last']).toEqual(number);
  });

  it('do not explode', () => {
    const $defs: Record<string, JsonObject> = { a0: text };
    for (let level = 1; level < 40; level += 1) {
      const $ref = `#/$defs/a${level - 1}`;
      $defs[`a${level}`] = { type: 'object', properties: { x: { $ref }, y: { $ref } } };
    }
    const clean = (): string => JSON.stringify(cleanSchema({ properties: { a: { $ref: '#/$defs/a39' } }, $defs }));
    expect(clean().length).toBeLessThan(200_000);
    expect(costOf(clean, 1000, 5)).toBeLessThan(1000);
  });

  it('and depth have an end', () => {
    let deep: JsonObject = text;
    for (let level = 0; level < 5000; level += 1) deep = { type: 'object', properties: { a: deep } };
    expect(JSON.stringify(cleanSchema(deep)).length).toBeLessThan(5000);
  });
});

describe('any schema', () => {
  it('is clean after the first time', () => {
    fc.assert(
      fc.property(anySchema, schema => {
        const once = cleanSchema(schema);
        expect(cleanSchema(JSON.parse(JSON.stringify(once)))).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });
});
