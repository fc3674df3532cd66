import { describe, expect, it } from 'vitest';
import type { Block, ChatRequest } from '../../../src/core/chat.ts';
import { createInputCount } from '../../../src/kiro/tokens/input.ts';
import { countChat, countChatGently, countTokens } from '../../../src/kiro/tokens.ts';
import { chatOf } from '../support/kiro.ts';

const words = 'The quick brown fox jumps over the lazy dog.';
const cost = countTokens(words);
const message = 4;
const call = 8;
const chat = (content: readonly Block[], more: Partial<ChatRequest> = {}): ChatRequest =>
  chatOf('', { messages: content.length === 0 ? [] : [{ role: 'user', content }], ...more });
const result = (...content: Extract<Block, { type: 'tool-result' }>['content']): Block => ({
  type: 'tool-result',
  id: 'a',
  content,
  isError: false,
});

describe('the tokens of a request', () => {
  it.each<[string, Block, number]>([
    ['text', { type: 'text', text: words }, cost],
    ['a thought', { type: 'reasoning', text: words, signature: 'x'.repeat(600) }, cost],
    ['a secret thought', { type: 'reasoning', text: '', redacted: 'x'.repeat(61) }, 11],
    ['an image that is not at hand', { type: 'image', source: { kind: 'url', url: 'https://a.example/' } }, 1000],
    ['a document', { type: 'document', source: { kind: 'text', text: words } }, cost],
    ['a file', { type: 'document', source: { kind: 'base64', data: 'x'.repeat(601) } }, 11],
    ['a file that is not at hand', { type: 'document', source: { kind: 'url', url: 'https://a.example/' } }, 1000],
    ['a call', { type: 'tool-call', id: 'a', name: words, input: {} }, call + cost + countTokens('{}')],
    [
      'a call as it was written',
      { type: 'tool-call', id: 'a', name: 'f', input: {}, json: words },
      call + countTokens('f') + cost,
    ],
    ['a result', result({ type: 'text', text: words }, { type: 'tool-reference', name: words }), call + 2 * cost],
    [
      'a search',
      {
        type: 'search',
        id: 'a',
        query: words,
        results: [
          { title: 'T', url: 'u', snippet: words },
          { title: words, url: 'u' },
        ],
      },
      call + cost + countTokens(`T\nu\n${words}`) + countTokens(`${words}\nu\n`),
    ],
  ])('are counted for %s', (_, block, tokens) => {
    expect(countChat(chat([block]))).toBe(message + tokens);
    expect(countChat(chat([block, block]))).toBe(message + 2 * tokens);
  });

  it('are those of every message, tool, search and form of the answer', async () => {
    const tool = { name: words, description: words, inputSchema: { type: 'object' } };
    const schema = countTokens('{"type":"object"}');
    const counted: [Partial<ChatRequest>, number][] = [
      [{}, 1],
      [{ tools: [tool] }, 2 * cost + 8 + schema],
      [{ tools: [{ ...tool, deferred: true }] }, cost],
      [{ search: {} }, 100],
      [{ format: { type: 'json-schema', name: 'x', schema: { type: 'object' } } }, schema],
      [{ format: { type: 'json-object' } }, 1],
    ];
    for (const [more, tokens] of counted) {
      expect(countChat(chat([], more))).toBe(tokens);
      expect(await countChatGently(chat([], more))).toBe(tokens);
      expect(await createInputCount(chat([], more)).ready()).toBe(tokens);
    }
  });

  it('are near those of the whole where a call is too large to be written', () => {
    const list = Array.from({ length: 3000 }, (_, index) => ({ index, words, deep: [null, true, { more: words }] }));
    const input = { list, text: words.repeat(3000), small: { a: 1 } };
    const whole = countTokens(JSON.stringify(input), 10_000_000);
    const parts = countChat(chat([{ type: 'tool-call', id: 'a', name: 'f', input }]));
    expect(Math.abs(parts / whole - 1)).toBeLessThan(0.15);
  });

  it('are counted once, however often they are asked for', async () => {
    const input = createInputCount(chat([{ type: 'text', text: words }]));
    input.start();
    const first = input.ready();
    expect(input.ready()).toBe(first);
    expect(await first).toBe(message + cost);
  });
});
