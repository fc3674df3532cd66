import { describe, expect, it } from 'vitest';
import { createTruncations, withTruncationNote } from '../../src/kiro/truncation.ts';
import { chatOf } from './support/kiro.ts';

describe('the memory of cut calls', () => {
  it('gives each one back once', () => {
    const truncations = createTruncations();
    truncations.remember('a', ['write_file']);
    expect(truncations.take('b')).toBeUndefined();
    expect(truncations.take('a')).toEqual(['write_file']);
    expect(truncations.take('a')).toBeUndefined();
  });

  it('is bounded: the oldest goes first', () => {
    const truncations = createTruncations(2);
    for (const id of ['a', 'b', 'a', 'c']) truncations.remember(id, [id]);
    expect(truncations.take('b')).toBeUndefined();
    expect(truncations.take('a')).toEqual(['a']);
    expect(truncations.take('c')).toEqual(['c']);
  });
});

describe('the note about cut calls', () => {
  it('ends the last message of the user', () => {
    const { messages } = withTruncationNote(chatOf('Go on.'), ['write_file', 'write_file', 'edit']);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.content).toMatchObject([
      { type: 'text', text: 'Go on.' },
      { type: 'text', text: expect.stringContaining('calling write_file, edit.') },
    ]);
  });

  it('leaves all other messages alone', () => {
    const text = (words: string) => ({ role: 'user' as const, content: [{ type: 'text' as const, text: words }] });
    const { messages } = withTruncationNote(chatOf('', { messages: [text('One'), text('Two'), text('Three')] }), ['f']);
    expect(messages.slice(0, 2)).toEqual([text('One'), text('Two')]);
    expect(messages[2]?.content).toHaveLength(2);
  });

  it('is a message of its own after one of the assistant', () => {
    const chat = chatOf('', { messages: [{ role: 'assistant', content: [{ type: 'text', text: 'So' }] }] });
    const { messages } = withTruncationNote(chat, ['']);
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'user']);
    expect(messages[1]?.content).toMatchObject([{ text: expect.stringContaining('calling a tool.') }]);
  });
});
