import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import {
  createOpenaiResponses,
  createResponseStore,
  readCompactRequest,
} from '../../../src/dialects/openai-responses/index.ts';
import { answer, noHeaders, wholeAnswer } from '../../support/answers.ts';

const model = 'claude-sonnet-4.5';
const store = createResponseStore();
const dialect = createOpenaiResponses(store);
const textsOf = (call: ReturnType<typeof readCompactRequest>): readonly unknown[] =>
  call.chat.messages.map(({ role, content }) => [
    role,
    ...content.map(block => ('text' in block ? block.text : block.type)),
  ]);
const sealed = (text: string): string => `kiro-gw.summary.${Buffer.from(text).toString('base64')}`;
const asked = /^Sum up this conversation\./;

describe('a request to make a conversation shorter', () => {
  it('asks for a summary of it, without tools and never in a stream', () => {
    const tools = [{ type: 'function', name: 'f', parameters: { type: 'object' } }, { type: 'web_search' }];
    const text = { format: { type: 'json_object' } };
    const input = [{ role: 'user', content: 'Hi' }];
    const call = readCompactRequest({ model, input, tools, text, stream: true, store: true }, noHeaders, store);
    expect(call).toMatchObject({ stream: false, stores: false, compacts: true, compactsOnly: true });
    expect(call.chat).toMatchObject({ model, tools: [], toolChoice: { type: 'none' } });
    expect(call.chat).not.toHaveProperty('search');
    expect(call.chat).not.toHaveProperty('format');
    expect(textsOf(call)).toEqual([
      ['user', 'Hi'],
      ['user', expect.stringMatching(asked)],
    ]);
  });

  it('takes plain text, and an earlier answer to go on from', () => {
    expect(textsOf(readCompactRequest({ model, input: 'Hi' }, noHeaders))[0]).toEqual(['user', 'Hi']);
    store.put({ id: 'resp_1', response: { id: 'resp_1' }, items: [{ role: 'assistant', content: 'Before.' }] });
    const call = readCompactRequest({ model, previous_response_id: 'resp_1' }, noHeaders, store);
    expect(textsOf(call)).toEqual([
      ['assistant', 'Before.'],
      ['user', expect.stringMatching(asked)],
    ]);
  });

  it('is refused where there is no body', () => {
    expect(() => readCompactRequest(7, noHeaders)).toThrow(expect.objectContaining({ kind: 'invalid', param: 'body' }));
  });
});

describe('the answer to it', () => {
  const thought: Delta[] = [
    { type: 'reasoning', text: 'Let me see.' },
    { type: 'text', text: 'They said ' },
    { type: 'text', text: 'hi. ✓' },
  ];

  it('is one item with what was said, and nothing of what was thought', async () => {
    const call = readCompactRequest({ model, input: 'Hi' }, noHeaders);
    expect(await wholeAnswer(dialect, answer(thought), call)).toEqual({
      id: 'resp_abc123',
      object: 'response.compaction',
      created_at: 1_780_000_000,
      output: [{ id: 'cmp_abc123_0', type: 'compaction', encrypted_content: sealed('They said hi. ✓') }],
      usage: expect.objectContaining({ input_tokens: 11 }),
    });
  });

  it('is read back as the beginning of the conversation, and nobody else’s is', () => {
    const read = (encrypted_content?: string) =>
      dialect.parse(
        {
          model,
          input: [
            { type: 'compaction', encrypted_content },
            { role: 'user', content: 'On.' },
          ],
        },
        noHeaders,
      );
    expect(read(sealed('They said hi. ✓')).chat.messages[0]?.content).toEqual([
      { type: 'text', text: 'Summary of the conversation up to here:\n\nThey said hi. ✓' },
    ]);
    expect(read(sealed('x')).ignored).toEqual([]);
    const foreign = read('gAAAA');
    expect(foreign.ignored).toEqual(['input.encrypted_content']);
    expect(JSON.stringify(foreign.chat.messages[0])).toContain('compacted by another service');
    expect(read().chat.messages).toHaveLength(1);
  });
});
