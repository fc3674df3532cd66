import { describe, expect, it } from 'vitest';
import { quoteForCmd } from '../../src/cli/child.ts';

describe('a word for a script of Windows', () => {
  it.each([
    ['plain', '"plain"'],
    ['a b & c | d > e ^ (f)', '"a b & c | d > e ^ (f)"'],
    // A variable that is always empty stands between the sign and what would be a name.
    ['100% of %PATH%', '"100%%cd:~,% of %%cd:~,%PATH%%cd:~,%"'],
    ['say "hi"', '"say ""hi"""'],
    // Backslashes count where a quote follows them only.
    ['C:\\my folder\\', '"C:\\my folder\\\\"'],
    ['a\\b\\"c', '"a\\b\\\\""c"'],
    ['', '""'],
  ])('%j is quoted as %s', (word, quoted) => {
    expect(quoteForCmd(word)).toBe(quoted);
  });

  it.each(['one\ntwo', 'one\r\ntwo'])('is refused when it has lines: %j', word => {
    expect(() => quoteForCmd(word)).toThrow(/several lines/);
  });
});
