import { describe, expect, it } from 'vitest';
import { filterResults } from '../../src/kiro/search.ts';
import { never, startRig } from './support/kiro.ts';

const page = (url: string) => ({ title: url, url });
const answer = (body: unknown) => ({ status: 200, body });
const found = (results: unknown) =>
  answer({ result: { content: [{ type: 'text', text: JSON.stringify({ results }) }] } });

describe('searching the web', () => {
  it('gives titles, addresses, excerpts and dates', async () => {
    const { kiro, emulator } = await startRig();
    const results = await kiro.search('bun runtime', never);
    expect(results).toHaveLength(3);
    expect(results[0]).toEqual({
      title: 'First page about bun runtime',
      url: 'https://example.com/1?q=bun%20runtime',
      snippet: 'What page 1 says about bun runtime.',
      published: '2026-01-15',
    });
    const request = emulator.requests.at(-1);
    expect(request?.body).toMatchObject({
      jsonrpc: '2.0',
      method: 'tools/call',
      params: { name: 'web_search', arguments: { query: 'bun runtime' } },
      profileArn: expect.stringContaining('arn:'),
    });
    expect(request?.headers['x-amzn-kiro-profile-arn']).toContain('arn:');
    expect(emulator.violations).toEqual([]);
  });

  it('sends at most 200 characters, and never half of one', async () => {
    const { kiro, emulator } = await startRig();
    await kiro.search(`x${'\u{1f600}'.repeat(300)}`, never);
    expect(emulator.requests.at(-1)?.body).toMatchObject({
      params: { arguments: { query: `x${'\u{1f600}'.repeat(99)}` } },
    });
  });

  it('that finds nothing gives nothing', async () => {
    const { kiro, emulator } = await startRig();
    expect(await kiro.search('nothing', never)).toEqual([]);
    emulator.nextFor('InvokeMCP', found([]));
    expect(await kiro.search('x', never)).toEqual([]);
  });

  it('survives bad entries', async () => {
    const { kiro, emulator } = await startRig();
    emulator.nextFor(
      'InvokeMCP',
      found([
        null,
        { title: 'no address' },
        { url: 'javascript:alert(1)' },
        { url: 'https://a.b', publishedDate: 1.7e9 },
      ]),
    );
    expect(await kiro.search('x', never)).toEqual([
      { title: 'https://a.b', url: 'https://a.b', published: '2023-11-14' },
    ]);
  });

  it.each([
    ['an error', { error: { code: -32603, message: 'broken' } }, 'broken'],
    [
      'a failed tool',
      { result: { isError: true, content: [{ type: 'text', text: 'limit reached' }] } },
      'limit reached',
    ],
    ['something else', { hello: 1 }, 'nothing readable'],
  ])('that is answered with %s is an error', async (_, body, words) => {
    const { kiro, emulator } = await startRig();
    emulator.nextFor('InvokeMCP', answer(body), answer(body));
    await expect(kiro.search('x', never)).rejects.toMatchObject({
      code: 'SEARCH_FAILED',
      message: expect.stringContaining(words),
    });
  });

  it('honours the client’s domains', () => {
    const pages = [
      'https://example.com/a',
      'https://www.example.com/b',
      'https://docs.example.com/',
      'https://notexample.com/',
      'https://other.org/blog/x',
      'https://other.org/shop',
    ].map(page);
    const urls = (options: Parameters<typeof filterResults>[1]): readonly string[] =>
      filterResults(pages, options).map(({ url }) => url);
    expect(urls({})).toHaveLength(6);
    expect(urls({ allowedDomains: ['example.com'] })).toHaveLength(3);
    expect(urls({ allowedDomains: ['*.example.com', 'https://other.org/blog'] })).toHaveLength(4);
    expect(urls({ blockedDomains: ['example.com'] })).toEqual([
      'https://notexample.com/',
      'https://other.org/blog/x',
      'https://other.org/shop',
    ]);
    expect(urls({ allowedDomains: [] })).toEqual([]);
  });
});
