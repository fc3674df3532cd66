import { expect, it } from 'vitest';
import { createLongTexts } from '../../../src/cli/chat/long-texts.ts';

it('a short line is itself, and what is long has a sign that no other text has', () => {
  const long = createLongTexts();
  const texts = ['a\nb', 'a\n\tb', 'a\nb\n', 'x'.repeat(401), '\u001b[31mred', '[2 lines: a b]\nc'];
  const signs = texts.map(long.shorten);
  expect(signs).toEqual([
    '[2 lines: a b]',
    '[2 lines: a b #2]',
    '[2 lines: a b #3]',
    '[401 characters: xxxxxxxxxxxxxxxxxxxxxxx…]',
    '[8 characters: 31mred]',
    '[2 lines: 2 lines: a b c]',
  ]);
  expect(texts.map(long.shorten)).toEqual(signs);
  expect(signs.map(long.expand)).toEqual(texts);
  expect(long.expand(`See ${signs[0]} and ${signs[5]}!`)).toBe(`See ${texts[0]} and ${texts[5]}!`);
  expect(long.expand('[3 lines: of nobody]')).toBe('[3 lines: of nobody]');
  expect(['one line', 'one\ttab', 'copied with its end\n'].map(long.shorten)).toEqual([
    'one line',
    'one\ttab',
    'copied with its end',
  ]);
  expect([`a ${signs[0]}`, `${signs[0]} `, '[3 lines: x]', ''].map(long.signAtEnd)).toEqual([14, 0, 0, 0]);
});
