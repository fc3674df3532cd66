import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/cli/place.ts';

describe('the place where a text goes wrong', () => {
  it.each([
    ['port = \n', 'line 1'],
    ['port = 1\n\n# of all\nhost = "a\nlog-level = "info"\n', 'line 4'],
    ['host = "a"\nkeys = [\n  1,\n', 'line 2'],
    ['host = """\na\n"""\nport = 1\nport = 2\n', 'line 5'],
  ])('in the TOML text %j is %s', (text, place) => {
    expect(placeOf(text, false)).toBe(place);
  });

  it.each([
    ['', 'line 1, column 1'],
    ['{"port": 1,\n "host": }', 'line 2, column 10'],
    ['{"port": 1,}', 'line 1, column 12'],
    ['{"port": 1}\nmore', 'line 2, column 1'],
    ['{"a\n": 1}', 'line 1, column 2'],
    ['[1, 2', 'line 1, column 6'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": 01}', 'line 1, column 8'],
    ['{"a": [1 2]}', 'line 1, column 10'],
  ])('in the JSON text %j is %s', (text, place) => {
    expect(placeOf(text, true)).toBe(place);
  });

  it('is the end of a JSON text that was cut, and a sign that no JSON begins with where one was put in', () => {
    const cut = fc.json().filter(text => /^[[{"]/.test(text));
    fc.assert(
      fc.property(cut, fc.nat(), (text, at) => {
        const head = `${' '.repeat(at % 3)}${text}`;
        expect(placeOf(`${head}!`, true)).toBe(`line 1, column ${head.length + 1}`);
      }),
    );
  });
});
