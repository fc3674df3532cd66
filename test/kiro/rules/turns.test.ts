import { describe, expect, it } from 'vitest';
import { writeSignature } from '../../../src/kiro/signature.ts';
import { assistant, call, image, png, result, system, user } from '../support/chat.ts';
import { gather } from '../support/drafts.ts';

const shapeOf = (turn: ReturnType<typeof gather>['turns'][number] | undefined): unknown =>
  turn?.role === 'user'
    ? { user: turn.text, results: turn.results.map(({ id }) => id), images: turn.images.length }
    : { assistant: turn?.text, calls: turn?.calls.map(({ id }) => id) };

describe('gathering messages into turns', () => {
  it('joins neighbours of one role, and loses nothing of them', () => {
    const { turns } = gather(
      user('one', image(png)),
      user('two', result('a', 'late')),
      assistant('three', call('b', 'read')),
      assistant('four', call('c', 'read')),
    );
    expect(turns.map(shapeOf)).toEqual([
      { user: 'one\n\ntwo', results: ['a'], images: 1 },
      { assistant: 'three\n\nfour', calls: ['b', 'c'] },
    ]);
    expect(turns.map(({ from }) => from)).toEqual([
      ['message 1', 'message 2'],
      ['message 3', 'message 4'],
    ]);
  });

  it('takes leading system messages for the system text, and later ones for a part of the turn beside them', () => {
    const { system: text, turns } = gather(
      system('first', 'second'),
      system('third'),
      user('hello'),
      system('note'),
      assistant('hi', call('a', 'read')),
      system('reminder'),
      user(result('a', 'ok')),
    );
    expect(text).toEqual(['first', 'second', 'third']);
    expect(turns.map(shapeOf)).toEqual([
      { user: 'hello\n\nnote', results: [], images: 0 },
      { assistant: 'hi', calls: ['a'] },
      { user: 'reminder', results: ['a'], images: 0 },
    ]);
  });

  it('leaves out messages that say nothing', () => {
    const { turns } = gather(user('hello'), system(), assistant(''), user(' \n'), assistant('hi'));
    expect(turns.map(shapeOf)).toEqual([
      { user: 'hello', results: [], images: 0 },
      { assistant: 'hi', calls: [] },
    ]);
  });

  it('keeps a turn of tool results without text', () => {
    const { turns } = gather(assistant(call('a', 'read')), user(result('a', 'ok'), ''));
    expect(turns.at(-1)).toMatchObject({ text: '', results: [{ id: 'a', texts: ['ok'] }] });
  });

  it('puts cited text together as it was written', () => {
    const citations = [{ url: 'https://example.com', title: 'Example' }];
    const { turns } = gather(
      assistant(
        'First.',
        'It says ',
        { type: 'text', text: 'so', citations },
        { type: 'text', text: ' ' },
        { type: 'text', text: 'there', citations },
        { type: 'text', text: '.' },
      ),
    );
    expect(turns[0]?.text).toBe('First.\n\nIt says so there.');
  });

  it('gives an image or a result in an assistant’s message to the next turn of the user', () => {
    const { turns } = gather(user('draw'), assistant('here', image(png)), user('thanks'));
    expect(turns.map(shapeOf)).toEqual([
      { user: 'draw', results: [], images: 0 },
      { assistant: 'here', calls: [] },
      { user: 'thanks', results: [], images: 1 },
    ]);
    expect(gather(assistant('here', image(png))).turns.map(shapeOf)).toEqual([
      { assistant: 'here', calls: [] },
      { user: '', results: [], images: 1 },
    ]);
  });

  it('parts an assistant’s message at a result inside of it', () => {
    const { turns } = gather(assistant('a', call('1', 'run'), call('2', 'read'), result('1', 'done'), 'b'));
    expect(turns.map(shapeOf)).toEqual([
      { assistant: 'a', calls: ['1'] },
      { user: '', results: ['1'], images: 0 },
      { assistant: 'b', calls: ['2'] },
    ]);
  });

  it('tells a search as a call and its result, and calls of the client after it', () => {
    const search = {
      type: 'search' as const,
      id: 's1',
      query: 'weather',
      results: [{ title: 'Sun', url: 'https://example.com/sun', snippet: 'It shines.', published: 'today' }],
    };
    const { turns } = gather(user('?'), assistant('Looking.', call('c', 'read'), search, 'It is sunny.'), user('ok'));
    expect(turns.map(shapeOf)).toEqual([
      { user: '?', results: [], images: 0 },
      { assistant: 'Looking.', calls: ['s1'] },
      { user: '', results: ['s1'], images: 0 },
      { assistant: 'It is sunny.', calls: ['c'] },
      { user: 'ok', results: [], images: 0 },
    ]);
    expect(turns[1]).toMatchObject({ calls: [{ name: 'web_search', input: { query: 'weather' } }] });
    expect(turns[2]).toMatchObject({ results: [{ texts: ['1. Sun\nhttps://example.com/sun\ntoday\nIt shines.'] }] });
  });
});

describe('reasoning of earlier turns', () => {
  const signed = (modelId: string, text = 'thought') => ({
    type: 'reasoning' as const,
    text,
    signature: writeSignature(modelId, 'sig'),
  });

  it('goes back to the model that wrote it, with the signature as it gave it', () => {
    const { turns } = gather(user('?'), assistant(signed('model-1'), 'answer'));
    expect(turns[1]).toMatchObject({ text: 'answer', reasoning: { text: 'thought', signature: 'sig' } });
  });

  it('goes to no other model, and not without a signature', () => {
    for (const reasoning of [
      signed('model-2'),
      { type: 'reasoning' as const, text: 'thought' },
      { type: 'reasoning' as const, text: 'thought', signature: 'from elsewhere' },
    ]) {
      expect(gather(assistant(reasoning, 'answer')).turns[0]).not.toHaveProperty('reasoning');
    }
  });

  it('goes back encrypted, too', () => {
    const redacted = { type: 'reasoning' as const, text: '', redacted: writeSignature('model-1', 'b64') };
    expect(gather(assistant(redacted, 'answer')).turns[0]).toMatchObject({ reasoning: { redacted: 'b64' } });
  });

  it('belongs to the call that follows in a message of its own', () => {
    const { turns } = gather(user('?'), assistant(signed('model-1')), assistant(call('a', 'read')));
    expect(turns[1]).toMatchObject({ calls: [{ id: 'a' }], reasoning: { text: 'thought' } });
  });

  it('makes no turn alone, and is not kept for a later one', () => {
    const { turns } = gather(user('a'), assistant(signed('model-1')), user('b'), assistant('c'));
    expect(turns.map(shapeOf)).toEqual([
      { user: 'a\n\nb', results: [], images: 0 },
      { assistant: 'c', calls: [] },
    ]);
    expect(turns[1]).not.toHaveProperty('reasoning');
  });

  it('is taken once for a turn, the first that can be', () => {
    const { turns } = gather(
      assistant(signed('model-2', 'x'), signed('model-1', 'y'), signed('model-1', 'z'), 'answer'),
    );
    expect(turns[0]).toMatchObject({ reasoning: { text: 'y' } });
  });
});
