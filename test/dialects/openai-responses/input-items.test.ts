import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { createResponseStore, listInputItems } from '../../../src/dialects/openai-responses/index.ts';

const items: readonly JsonObject[] = [
  { type: 'message', role: 'user', content: 'One?', id: 'msg_own' },
  { role: 'assistant', content: 'Two.' },
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Three?' }], status: 'in_progress' },
  { type: 'message', role: 'assistant', content: null },
  { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
  { type: 'function_call_output', call_id: 'c1', output: 'four' },
  { type: 'odd_thing', value: 5 },
];
const output: JsonObject = { id: 'msg_abc_0', type: 'message', role: 'assistant', content: [] };
const store = createResponseStore();
store.put({ id: 'resp_abc', response: { id: 'resp_abc', output: [output] }, items: [...items, output] });

const list = (query: Readonly<Record<string, string>> = {}, id = 'resp_abc'): JsonObject =>
  listInputItems(store, id, new URLSearchParams(query));
const idsOf = (page: JsonObject): readonly unknown[] => (page['data'] as JsonObject[]).map(item => item['id']);
const inOrder = [
  ...['msg_own', 'msg_abc_in_1', 'msg_abc_in_2', 'msg_abc_in_3', 'fc_abc_in_4', 'fco_abc_in_5', 'item_abc_in_6'],
];

describe('the items that an answer was made from', () => {
  it('are all but the answer itself, the newest first or the oldest', () => {
    expect(idsOf(list())).toEqual(inOrder.toReversed());
    expect(idsOf(list({ order: 'desc' }))).toEqual(inOrder.toReversed());
    expect(idsOf(list({ order: 'asc' }))).toEqual(inOrder);
    expect(list({ order: 'asc' })).toMatchObject({
      object: 'list',
      first_id: 'msg_own',
      last_id: 'item_abc_in_6',
      has_more: false,
    });
  });

  it('have what their clients left out', () => {
    expect(list({ order: 'asc' })['data']).toEqual([
      {
        type: 'message',
        role: 'user',
        id: 'msg_own',
        status: 'completed',
        content: [{ type: 'input_text', text: 'One?' }],
      },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_abc_in_1',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Two.' }],
      },
      { ...items[2], id: 'msg_abc_in_2' },
      { type: 'message', role: 'assistant', id: 'msg_abc_in_3', status: 'completed', content: [] },
      { ...items[4], id: 'fc_abc_in_4' },
      { ...items[5], id: 'fco_abc_in_5' },
      { ...items[6], id: 'item_abc_in_6' },
    ]);
  });

  it('come in pages', () => {
    const first = list({ order: 'asc', limit: '3' });
    expect(idsOf(first)).toEqual(inOrder.slice(0, 3));
    expect(first).toMatchObject({ first_id: 'msg_own', last_id: 'msg_abc_in_2', has_more: true });
    const second = list({ order: 'asc', limit: '4', after: 'msg_abc_in_2' });
    expect(idsOf(second)).toEqual(inOrder.slice(3));
    expect(second['has_more']).toBe(false);
    expect(list({ order: 'asc', after: 'item_abc_in_6' })).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it('come twenty at a time unless the client says otherwise, and at most a hundred', () => {
    const many = Array.from({ length: 120 }, (_, index): JsonObject => ({ type: 'odd', id: `i${index}` }));
    store.put({ id: 'resp_many', response: { id: 'resp_many' }, items: many });
    expect(idsOf(list({}, 'resp_many'))).toHaveLength(20);
    expect(idsOf(list({ limit: '100' }, 'resp_many'))).toHaveLength(100);
    expect(idsOf(list({ limit: '1' }, 'resp_many'))).toEqual(['i119']);
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '101' }, 'limit'],
    [{ limit: '1.5' }, 'limit'],
    [{ limit: 'all' }, 'limit'],
    [{ order: 'up' }, 'order'],
    [{ order: '' }, 'order'],
    [{ after: 'msg_of_others' }, 'after'],
  ])('are not listed for %j', (query, param) => {
    expect(() => list(query as Record<string, string>)).toThrow(
      expect.objectContaining({ kind: 'invalid', param, message: expect.stringMatching(new RegExp(`^${param}: `)) }),
    );
  });

  it('are not known of an answer that is not', () => {
    expect(() => list({}, 'resp_of_others')).toThrow(ChatError);
  });
});
