import { describe, expect, it } from 'vitest';
import { findCitations } from '../../src/core/citations.ts';

const result = (url: string, snippet?: string) => ({
  title: `T ${url}`,
  url,
  ...(snippet === undefined ? {} : { snippet }),
});

describe('the pages that a text cites', () => {
  it.each([
    ['See https://a.org/x.', ['https://a.org/x']],
    ['(https://a.org/x)', ['https://a.org/x']],
    ['[A](https://a.org/x), and more', ['https://a.org/x']],
    ['https://a.org/x/', ['https://a.org/x']],
    ['https://a.org/x', ['https://a.org/x']],
    ['https://a.org/xy', []],
    ['https://a.org/x/y', []],
    ['https://a.org/x.html', []],
    ['https://a.org/x?y=1', []],
    ['https://a.org/xy and https://a.org/x!', ['https://a.org/x']],
    ['nothing', []],
  ])('are those that it names: %s', (text, urls) => {
    expect(findCitations(text, [result('https://a.org/x'), result('')]).map(({ url }) => url)).toEqual(urls);
  });

  it('come once each, with what was found there', () => {
    const found = [result('https://a.org', 'said'), result('https://b.org'), result('https://a.org')];
    expect(findCitations('https://b.org, https://a.org', found)).toEqual([
      { url: 'https://a.org', title: 'T https://a.org', quote: 'said' },
      { url: 'https://b.org', title: 'T https://b.org' },
    ]);
  });
});
