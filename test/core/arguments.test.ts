import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { costOf } from '../support/cost.ts';

describe('reading the arguments of a tool call', () => {
  it('reads an object as it is, without a note', () => {
    expect(readArguments('{"a":[1,{"b":"x"}]}')).toEqual({ input: { a: [1, { b: 'x' }] } });
  });

  it('reads nothing as no arguments', () => {
    expect(readArguments('')).toEqual({ input: {} });
    expect(readArguments(' \n')).toEqual({ input: {} });
  });

  it('reads an object that was encoded twice', () => {
    expect(readArguments('"{\\"a\\":1}"')).toEqual({ input: { a: 1 } });
  });

  it.each([
    ['{"path":"/tmp/x","text":"half a li', { path: '/tmp/x', text: 'half a li' }],
    ['{"a":[1,2,{"b":"c"', { a: [1, 2, { b: 'c' }] }],
    ['{"a":1,}', { a: 1 }],
    ['{"a":[1,2,],"b":{"c":3,},}', { a: [1, 2], b: { c: 3 } }],
    ['{"a":1,', { a: 1 }],
    ['{"a":', { a: null }],
    ['{"text":"line one\nline two\ttabbed"}', { text: 'line one\nline two\ttabbed' }],
    ['{"text":"ends in a backslash\\', { text: 'ends in a backslash' }],
    ['{"text":"a \\"quoted\\" word, and [brackets}', { text: 'a "quoted" word, and [brackets}' }],
  ])('mends %j and says so', (text, input) => {
    const read = readArguments(text);
    expect(read.input).toEqual(input);
    expect(read.note).toContain('mended');
  });

  it.each(['[1,2]', '3', 'null', 'true', '"just text"'])('keeps %s, which is no object, whole', text => {
    expect(readArguments(text)).toEqual({
      input: { arguments: JSON.parse(text) },
      note: expect.stringContaining('not an object'),
    });
  });

  it.each(['ls -la', '{{', 'path=/tmp', '<arg>1</arg>', '{"a" 1}'])('keeps %j, which is no JSON, as text', text => {
    expect(readArguments(text)).toEqual({ input: { arguments: text }, note: expect.stringContaining('plain text') });
  });

  it('gives an object for any text, and the object itself for its JSON', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const { input } = readArguments(text);
        expect(typeof input === 'object' && input !== null && !Array.isArray(input)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
        const json = JSON.stringify(value);
        expect(JSON.stringify(readArguments(json))).toBe(JSON.stringify({ input: JSON.parse(json) }));
      }),
    );
  });

  it('gives an object for any beginning of JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (value, cut) => {
        const json = JSON.stringify(value);
        const { input } = readArguments(json.slice(0, cut % json.length));
        expect(Array.isArray(input)).toBe(false);
      }),
    );
  });

  it('takes time that grows with the text, not with its square', () => {
    const text = `{"a":[${'{"b":1},'.repeat(100_000)}`;
    expect(readArguments(text).note).toContain('mended');
    expect(costOf(() => readArguments(text), 1000, 5)).toBeLessThan(1000);
  });
});
