import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { collect } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import {
  createOpenaiResponses,
  createResponseStore,
  deleteStored,
  readStored,
  type StoredResponse,
} from '../../../src/dialects/openai-responses/index.ts';
import { answer, noHeaders, streamText, wholeAnswer } from '../../support/answers.ts';

const deltas: Delta[] = [
  { type: 'reasoning', text: 'hm' },
  { type: 'signature', signature: 's' },
  { type: 'text', text: 'Hello' },
  { type: 'call', id: 'c1', name: 'read', input: { path: 'a' }, json: '{"path":"a"}' },
];

function entry(id: string, text = ''): StoredResponse {
  const output = [{ id: `msg_${id.slice(5)}_0`, type: 'message', text }];
  return { id, response: { id, output }, items: output };
}
function errorOf(work: () => unknown): ChatError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown;
  }
  throw new Error('nothing was refused');
}

describe('the store of responses', () => {
  it('keeps what is used and drops what was not used for longest', () => {
    const store = createResponseStore({ maxEntries: 2 });
    store.put(entry('resp_1'));
    store.put(entry('resp_2'));
    expect(store.get('resp_1')).toEqual(entry('resp_1'));
    store.put(entry('resp_3'));
    expect(store.get('resp_2')).toBeUndefined();
    expect(store.get('resp_1')).toBeDefined();
    expect(store.get('resp_3')).toBeDefined();
  });

  it('stays within its bytes, and items outlive the conversations that they were part of', () => {
    const store = createResponseStore({ maxBytes: 100_000 });
    for (let count = 0; count < 40; count++) {
      const { items, ...rest } = entry(`resp_${count}`);
      store.put({ ...rest, items: [{ type: 'message', text: 'x'.repeat(10_000) }, ...items] });
    }
    expect(store.get('resp_39')).toBeDefined();
    expect(store.get('resp_20')).toBeUndefined();
    expect(store.item('msg_20_0')).toBeDefined();
  });

  it('does not keep what is too large, and keeps the others then', () => {
    const store = createResponseStore({ maxBytes: 10_000 });
    store.put(entry('resp_1', 'x'.repeat(100_000)));
    expect(store.get('resp_1')).toBeUndefined();
    expect(store.item('msg_1_0')).toBeUndefined();
    store.put(entry('resp_2'));
    expect(store.get('resp_2')).toBeDefined();
  });

  it('counts a response once that is put again', () => {
    const store = createResponseStore({ maxBytes: 100_000 });
    store.put(entry('resp_0'));
    for (let count = 0; count < 50; count++) store.put(entry('resp_1', 'x'.repeat(5_000)));
    expect(store.get('resp_0')).toBeDefined();
  });

  it('forgets on request', () => {
    const store = createResponseStore();
    store.put(entry('resp_1'));
    expect(deleteStored(store, 'resp_1')).toEqual({ id: 'resp_1', object: 'response', deleted: true });
    expect(store.item('msg_1_0')).toBeUndefined();
    for (const work of [() => deleteStored(store, 'resp_1'), () => readStored(store, 'resp_1')]) {
      expect(errorOf(work)).toMatchObject({ kind: 'not-found', code: 'response_not_found' });
    }
  });
});

describe('a request that goes on from an earlier response', () => {
  const first = { model: 'm', input: 'hi', instructions: 'Be brief.', tools: [{ type: 'function', name: 'read' }] };

  async function afterFirst(more: object = {}) {
    const store = createResponseStore();
    const dialect = createOpenaiResponses(store);
    const call = dialect.parse({ ...first, ...more }, noHeaders);
    if (call.stream) await streamText(dialect, answer(deltas), call);
    else await wholeAnswer(dialect, answer(deltas), call);
    return { store, dialect };
  }
  const second = {
    ...{ model: 'm', previous_response_id: 'resp_abc123' },
    input: [{ type: 'function_call_output', call_id: 'c1', output: 'A' }],
  };

  it.each([true, false])('has the whole conversation, its reasoning too (stream: %s)', async stream => {
    const { dialect } = await afterFirst({ stream });
    const { messages } = dialect.parse(second, noHeaders).chat;
    const { content } = await collect(answer(deltas));
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'assistant', content: content.map(block => ({ ...block, json: undefined })) },
      {
        role: 'user',
        content: [{ type: 'tool-result', id: 'c1', content: [{ type: 'text', text: 'A' }], isError: false }],
      },
    ]);
  });

  it('is served again as it was', async () => {
    const { store, dialect } = await afterFirst();
    const call = dialect.parse(first, noHeaders);
    expect(readStored(store, 'resp_abc123')).toEqual(await wholeAnswer(dialect, answer(deltas), call));
  });

  it('can be a third one: conversations grow', async () => {
    const { dialect } = await afterFirst();
    const call = dialect.parse(second, noHeaders);
    const later = (async function* () {
      for await (const batch of answer([{ type: 'text', text: 'bye' }])) {
        yield batch.map(event =>
          event.type === 'start'
            ? { ...event, id: 'def' }
            : event.type === 'finish'
              ? { ...event, result: { ...event.result, id: 'def' } }
              : event,
        );
      }
    })();
    await streamText(dialect, later, call);
    const third = dialect.parse({ model: 'm', previous_response_id: 'resp_def', input: 'more' }, noHeaders);
    expect(third.chat.messages.map(message => message.role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
  });

  it('finds single items by reference', async () => {
    const { dialect } = await afterFirst();
    const input = [
      { role: 'user', content: 'x' },
      { type: 'item_reference', id: 'msg_abc123_1' },
      { id: 'fc_abc123_2' },
    ];
    const { messages } = dialect.parse({ model: 'm', input }, noHeaders).chat;
    expect(messages[1]?.content).toEqual([
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', id: 'c1', name: 'read', input: { path: 'a' } },
    ]);
  });

  it('is refused clearly when the response was not to be stored, or failed', async () => {
    const { store, dialect } = await afterFirst({ store: false });
    expect(errorOf(() => dialect.parse(second, noHeaders))).toMatchObject({
      kind: 'invalid',
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    });
    await streamText(dialect, answer(deltas, new ChatError('upstream', 'broke')), dialect.parse(first, noHeaders));
    expect(store.get('resp_abc123')).toBeUndefined();
  });
});
