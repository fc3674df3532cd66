import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { collect } from '../../../src/core/assemble.ts';
import type { AnswerBlock, Block } from '../../../src/core/chat.ts';
import { openaiResponses, type ResponsesCall } from '../../../src/dialects/openai-responses/index.ts';
import { answer, noHeaders, streamText } from '../../support/answers.ts';
import { checkResponsesStream } from '../../support/responses-checker.ts';

const tools = [
  { type: 'function', name: 'read' },
  { type: 'custom', name: 'apply_patch' },
  { type: 'tool_search', execution: 'client' },
  {
    type: 'namespace',
    name: 'git',
    tools: [
      { type: 'function', name: 'log' },
      { type: 'custom', name: 'apply' },
    ],
  },
  { type: 'web_search' },
];

function parse(input: unknown, more: object = {}): ResponsesCall {
  return openaiResponses.parse({ model: 'm', input, tools, ...more }, noHeaders);
}

/** What the gateway reads when a client sends an answer back as it came. */
async function echoOf(deltas: readonly Delta[]): Promise<{ sent: readonly AnswerBlock[]; back: readonly Block[] }> {
  const call = parse('hi');
  const { items } = checkResponsesStream(await streamText(openaiResponses, answer(deltas), call));
  const { content } = await collect(answer(deltas));
  const { messages } = parse([{ role: 'user', content: 'hi' }, ...items]).chat;
  return { sent: content, back: messages.slice(1).flatMap(message => message.content) };
}

const withoutText = (block: Block): Block => {
  if (block.type !== 'tool-call') return block;
  const { json: _, ...rest } = block;
  return rest;
};

describe('an answer that a client sends back', () => {
  it.each([
    [
      [
        { type: 'reasoning', text: 'a\n\nb' },
        { type: 'signature', signature: 'model:sig+/=' },
      ],
    ],
    [[{ type: 'signature', signature: 'only' }]],
    [[{ type: 'redacted', data: 'AAECAw==' }]],
    [[{ type: 'reasoning', text: 'unsigned' }]],
  ] as [Delta[]][])('holds the same reasoning as before: %j', async deltas => {
    const { sent, back } = await echoOf(deltas);
    expect(back).toEqual(sent);
  });

  it('is the same answer, whatever it was made of', async () => {
    const word = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
    const delta: fc.Arbitrary<Delta> = fc.oneof(
      fc.record({ type: fc.constant('text' as const), text: word }),
      fc.record({ type: fc.constant('reasoning' as const), text: word }),
      fc.record({ type: fc.constant('signature' as const), signature: word }),
      fc.record({ type: fc.constant('redacted' as const), data: fc.base64String({ minLength: 4 }) }),
      fc
        .record({ id: fc.uuid(), name: fc.constantFrom('read', 'tool_search', 'git__log', 'other'), path: word })
        .map(({ id, name, path }) => {
          const input = { path };
          return { type: 'call' as const, id, name, input, json: JSON.stringify(input) };
        }),
      fc
        .record({ id: fc.uuid(), name: fc.constantFrom('apply_patch', 'git__apply'), input: fc.string() })
        .map(({ id, name, input }) => ({
          ...{ type: 'call' as const, id, name, input: { input } },
          json: JSON.stringify({ input }),
        })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(delta, { minLength: 1, maxLength: 10 }), async deltas => {
        const { sent, back } = await echoOf(deltas);
        expect(back).toEqual(sent.map(withoutText));
      }),
    );
  });

  it('holds what a search found', async () => {
    const results = [{ title: 'A', url: 'https://a.example', snippet: 's', published: '2026' }];
    const { back } = await echoOf([{ type: 'search', search: { type: 'search', id: 'x', query: 'q', results } }]);
    expect(back).toEqual([{ type: 'search', id: 'ws_abc123_0', query: 'q', results }]);
  });

  it('holds why a search failed', async () => {
    const search = { type: 'search', id: 'x', query: 'q', results: [], error: 'too many' } as const;
    const { back } = await echoOf([{ type: 'search', search }]);
    expect(back).toEqual([{ ...search, id: 'ws_abc123_0' }]);
  });

  it('keeps its reasoning when a client splits or merges the rest around it', () => {
    const item = {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 't' }],
      encrypted_content: 'kiro-gw.signature.s',
    };
    const { messages } = parse([{ role: 'user', content: 'x' }, item, { role: 'user', content: 'y' }]).chat;
    expect(messages[1]).toEqual({ role: 'assistant', content: [{ type: 'reasoning', text: 't', signature: 's' }] });
  });
});

describe('history that comes from elsewhere', () => {
  it('leaves out what another service encrypted, and says so', () => {
    const input = [
      { role: 'user', content: 'x' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABn' },
      { type: 'reasoning', id: 'rs_2', summary: [{ type: 'summary_text', text: 't' }], encrypted_content: 'gAAAAABo' },
    ];
    const call = parse(input);
    expect(call.chat.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'reasoning', text: 't' }] });
    expect(call.ignored).toEqual(['input.encrypted_content']);
  });

  it('reads the thoughts of models that show them in full', () => {
    const input = [
      { role: 'user', content: 'x' },
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
    ];
    expect(parse(input).chat.messages[1]?.content).toEqual([{ type: 'reasoning', text: 'raw' }]);
  });

  it('tells the model where a part of the conversation is unreadable', () => {
    const call = parse([
      { type: 'compaction', encrypted_content: 'gAAAAABn' },
      { role: 'user', content: 'x' },
    ]);
    expect(call.chat.messages[0]?.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/compacted/) });
    expect(call.ignored).toEqual(['input.encrypted_content']);
  });

  it('reads the messages of other agents', () => {
    const item = {
      type: 'agent_message',
      author: '/root',
      recipient: '/a',
      content: [{ type: 'input_text', text: 'go' }],
    };
    expect(parse([item]).chat.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: '[Message from /root]' },
          { type: 'text', text: 'go' },
        ],
      },
    ]);
  });
});

describe('compaction', () => {
  const input = [{ role: 'user', content: 'build it' }, { type: 'compaction_trigger' }];

  it('asks for a summary with no tools in reach', () => {
    const { chat, compacts } = parse(input, { text: { format: { type: 'json_object' } } });
    expect(compacts).toBe(true);
    expect(chat.tools).toEqual([]);
    expect(chat.toolChoice).toEqual({ type: 'none' });
    expect(chat).not.toHaveProperty('search');
    expect(chat).not.toHaveProperty('format');
    expect(chat.messages).toHaveLength(2);
    expect(chat.messages.at(-1)).toMatchObject({ role: 'user', content: [{ text: expect.stringMatching(/^Sum up/) }] });
  });

  it('answers with one item that only the gateway reads, and reads it when it comes back', async () => {
    const deltas: Delta[] = [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'We built ✓ it.' },
    ];
    const call = parse(input);
    const { problems, items, types } = checkResponsesStream(await streamText(openaiResponses, answer(deltas), call));
    expect(problems).toEqual([]);
    expect(types).toEqual([
      ...['response.created', 'response.in_progress'],
      ...['response.output_item.added', 'response.output_item.done', 'response.completed'],
    ]);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      type: 'compaction',
      id: 'cmp_abc123_0',
      encrypted_content: expect.stringMatching(/^kiro-gw\.summary\./),
    });
    const whole = openaiResponses.whole(await collect(answer(deltas)), call);
    expect(whole).toMatchObject({ output: items });
    for (const type of ['compaction', 'compaction_summary', 'context_compaction']) {
      const [summary] = parse([
        { ...items[0], type },
        { role: 'user', content: 'go on' },
      ]).chat.messages;
      expect(summary).toMatchObject({ role: 'user', content: [{ text: expect.stringMatching(/We built ✓ it\.$/) }] });
    }
  });
});
