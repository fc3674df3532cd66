import { describe, expect, it } from 'vitest';
import { readLeak } from '../../../src/kiro/answer/leak-forms.ts';

const schemas = new Map([['read', { type: 'object', properties: { path: { type: 'string' } } }]]);
const read = (text: string, isEnd = false) => readLeak(text, schemas, isEnd);

describe('a call in brackets', () => {
  it.each(['a.txt', 'a"]}b', 'a\\"}b', '\\', '\\\\"{', '{{', '日本'])('is read whatever stands in it: %j', path => {
    const text = `[Called read with args: ${JSON.stringify({ path })}]`;
    expect(read(`${text} and more`)).toEqual({ calls: [{ name: 'read', input: { path } }], length: text.length });
  });

  it('may still become one while it is not whole', () => {
    const text = '[Called read with args: {"path":"a"}\n ]';
    for (let length = 1; length < text.length; length += 1) expect(read(text.slice(0, length))).toBe('open');
    expect(read(text)).toMatchObject({ length: text.length });
  });

  it.each([
    '[Called read with args: {"path":"a"} and so on',
    '[Called write with args: {"path":"a"}]',
    '[Called read with args: {"path":}]',
    '[Called read]',
    '[Called upon by\nothers',
  ])('is none in %j', text => {
    expect(read(text)).toBe('none');
  });
});
