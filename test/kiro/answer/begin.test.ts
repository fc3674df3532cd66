import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Beginning, findBeginning } from '../../../src/kiro/answer/begin.ts';

/** The same, tried letter by letter. */
function slowly(text: string, marks: readonly string[]): Beginning | undefined {
  for (let end = 1; end <= text.length; end += 1) {
    const [longest] = marks
      .filter(mark => text.slice(0, end).endsWith(mark))
      .sort((one, other) => other.length - one.length);
    if (longest !== undefined) return { at: end - longest.length, mark: longest };
  }
  for (let at = 0; at < text.length; at += 1) {
    if (marks.some(mark => mark.length > text.length - at && mark.startsWith(text.slice(at)))) return { at };
  }
  return undefined;
}

describe('the beginning of a mark in a text', () => {
  it('is found as if the text came letter by letter', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }),
        fc.array(letters),
        (text, marks) => {
          expect(findBeginning(text, marks)).toEqual(slowly(text, marks));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each<[string, readonly string[], Beginning | undefined]>([
    ['', ['ab'], undefined],
    ['ab', [], undefined],
    ['xab', ['ab'], { at: 1, mark: 'ab' }],
    ['xa', ['ab'], { at: 1 }],
    ['xac', ['ab'], undefined],
    ['abc', ['bc', 'abc'], { at: 0, mark: 'abc' }],
    ['abc', ['abc', 'bc'], { at: 0, mark: 'abc' }],
    ['abcd', ['abcd', 'b'], { at: 1, mark: 'b' }],
    ['a', ['ab', 'a'], { at: 0, mark: 'a' }],
    ['xxabab', ['ababx'], { at: 2 }],
  ])('in %j of %j', (text, marks, found) => {
    expect(findBeginning(text, marks)).toEqual(found);
  });
});
