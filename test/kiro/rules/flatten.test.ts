import { describe, expect, it } from 'vitest';
import { flattenTools } from '../../../src/kiro/rules/flatten.ts';
import { assistant, call, image, png, result, system, user } from '../support/chat.ts';

describe('a conversation for which no tools are declared', () => {
  it('stays as it is without tool blocks', () => {
    const messages = [system('s'), user('a', image(png)), assistant('b')];
    expect(flattenTools(messages)).toBe(messages);
  });

  it('tells calls and results as text in the user’s turn, with images in their place', () => {
    expect(
      flattenTools([
        user('go'),
        assistant('Reading.', call('1', 'read', { path: '/a' }), call('2', 'run')),
        user({ ...result('2', 'no'), isError: true }, result('1', 'text', image(png)), 'and now?'),
        assistant('done'),
      ]),
    ).toEqual([
      user('go'),
      assistant('Reading.'),
      user('[The assistant called the tool read with: {"path":"/a"}]', '[The assistant called the tool run with: {}]'),
      user('[The tool run failed:]', 'no', '[The tool read returned:]', 'text', image(png), 'and now?'),
      assistant('done'),
    ]);
  });

  it('names the call where the tool of a result is unknown, and tells searches', () => {
    expect(
      flattenTools([
        user(result('x', { type: 'tool-reference', name: 'deploy' })),
        assistant({ type: 'search', id: 's', query: 'w', results: [{ title: 'T', url: 'https://example.com' }] }, 'so'),
        assistant({ type: 'search', id: 's', query: 'v', results: [], error: 'unavailable' }),
      ]),
    ).toEqual([
      user('[The tool x returned:]', '[The tool deploy was found.]'),
      user('[The assistant searched the web for: "w"]', '1. T\nhttps://example.com'),
      assistant('so'),
      user('[The assistant searched the web for: "v"]', 'The search failed: unavailable'),
    ]);
  });

  it('changes nothing the second time', () => {
    const once = flattenTools([assistant('a', call('1', 'read')), user(result('1', 'b'))]);
    expect(flattenTools(once)).toBe(once);
  });
});
