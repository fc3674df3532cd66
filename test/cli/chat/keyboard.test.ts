import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSplitter, type Typed } from '../../../src/cli/chat/keyboard.ts';

// How keys come together depends on the cuts.
function merge(parts: readonly Typed[]): readonly Typed[] {
  const merged: Typed[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last?.kind !== 'keys' || part.kind !== 'keys') merged.push(part);
    else merged.splice(-1, 1, { kind: 'keys', text: last.text + part.text });
  }
  return merged;
}

it('what is pasted is told from what is typed, wherever it is cut', () => {
  const text = 'ab\u001b[A\u001b[200~one\r\ntwo\rthree\u001b[31m\u001b[201~c\u001b[200~\u001b[201~\r';
  const whole = createSplitter()(text);
  expect(whole).toEqual([
    { kind: 'keys', text: 'ab\u001b[A' },
    { kind: 'paste', text: 'one\ntwo\nthree\u001b[31m' },
    { kind: 'keys', text: 'c' },
    { kind: 'paste', text: '' },
    { kind: 'keys', text: '\r' },
  ]);
  // A lone Escape is a key, and goes on at once.
  const isFair = (at: number): boolean => text[at - 1] !== '\u001b';
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }).filter(isFair));
  fc.assert(
    fc.property(cuts, places => {
      const split = createSplitter();
      const ends = [...places.toSorted((a, b) => a - b), text.length];
      const parts = ends.flatMap((end, at) => split(text.slice(ends[at - 1] ?? 0, end)));
      expect(merge(parts)).toEqual(whole);
    }),
  );
  expect(createSplitter()('\u001b')).toEqual([{ kind: 'keys', text: '\u001b' }]);
});
