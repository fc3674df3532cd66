import { describe, expect, it } from 'vitest';
import type { ChatRequest, JsonObject, Message } from '../../src/core/chat.ts';
import { writeClaudeFields } from '../../src/emulator/model-fields.ts';
import {
  type Target,
  warnBytes,
  withoutModelFields,
  withoutReasoning,
  writeQuestion,
} from '../../src/kiro/question.ts';
import { writeSignature } from '../../src/kiro/signature.ts';
import { costOf } from '../support/cost.ts';
import {
  assistant,
  breachesOf,
  call,
  chatOf,
  currentOf,
  image,
  png,
  result,
  system,
  tool,
  turnsOf,
  user,
} from './support/chat.ts';
import { largeChat } from './support/large.ts';

const target: Target = { modelId: 'model-1' };
const ask = (messages: readonly Message[], more: Partial<ChatRequest> = {}, on: Target = target) =>
  writeQuestion(chatOf(messages, more), on);
const fieldsSchema = writeClaudeFields({ canDisable: true, hasXhigh: false }) as JsonObject;

describe('a question', () => {
  it('has the members that the service wants, and no others', () => {
    const arn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL';
    const { body, payload, bytes } = ask([user('Hello 漢')], {}, { ...target, profileArn: arn });
    expect(body).toEqual({
      conversationState: {
        conversationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        agentContinuationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        agentTaskType: 'vibe',
        chatTriggerType: 'MANUAL',
        currentMessage: {
          userInputMessage: { content: 'Hello 漢', modelId: 'model-1', origin: 'AI_EDITOR' },
        },
      },
      profileArn: arn,
    });
    expect(payload).toBe(JSON.stringify(body));
    expect(bytes).toBe(new TextEncoder().encode(payload).length);
  });

  it('tells a whole turn with tools', () => {
    const question = ask(
      [
        system('Be kind.'),
        user('Look.', image(png)),
        assistant(
          { type: 'reasoning', text: 'hm', signature: writeSignature('model-1', 'sig') },
          'Reading.',
          call('t1', 'read', { path: '/a' }),
        ),
        user({ ...result('t1', 'no such file'), isError: true }),
      ],
      {
        paths: ['system', 'message 2', 'messages[1]', 'messages[2]'],
        tools: [
          tool('read', {
            inputSchema: { type: 'object', properties: { path: { type: 'string' } }, additionalProperties: false },
          }),
        ],
      },
    );
    expect(breachesOf(question)).toEqual([]);
    expect(turnsOf(question)).toEqual([
      {
        userInputMessage: {
          content: 'Be kind.\n\nLook.',
          modelId: 'model-1',
          origin: 'AI_EDITOR',
          images: [{ format: 'png', source: { bytes: png } }],
        },
      },
      {
        assistantResponseMessage: {
          content: 'Reading.',
          toolUses: [{ toolUseId: 't1', name: 'read', input: { path: '/a' } }],
          reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } },
        },
      },
      {
        userInputMessage: {
          content: '',
          modelId: 'model-1',
          origin: 'AI_EDITOR',
          userInputMessageContext: {
            tools: [
              {
                toolSpecification: {
                  name: 'read',
                  description: 'Does read.',
                  inputSchema: { json: { type: 'object', properties: { path: { type: 'string' } } } },
                },
              },
            ],
            toolResults: [
              { toolUseId: 't1', status: 'error', content: [{ text: 'The tool call failed:\nno such file' }] },
            ],
          },
        },
      },
    ]);
    expect(question.origins).toEqual([['message 2'], ['messages[1]'], ['messages[2]']]);
  });

  it('gives an empty result a text', () => {
    const question = ask([assistant(call('a', 'read')), user(result('a'))], { tools: [tool('read')] });
    expect(currentOf(question).userInputMessageContext?.toolResults).toEqual([
      { toolUseId: 'a', status: 'success', content: [{ text: '' }] },
    ]);
  });

  it('keeps the beginning of an answer, and asks to go on', () => {
    const question = ask([user('Count.'), assistant('1, 2,')]);
    expect(turnsOf(question)[1]?.assistantResponseMessage?.content).toBe('1, 2,');
    expect(currentOf(question).content).toContain('Continue it exactly where it stops');
  });

  it('is one even for a conversation without a word', () => {
    for (const messages of [[], [user()], [assistant('')], [system(' ')]]) {
      expect(breachesOf(ask(messages))).toEqual([]);
    }
  });

  it('has the same start of bytes when the conversation goes on', () => {
    const tools = [tool('read'), tool('a.b', { description: '' })];
    const first = [
      system('Be kind.'),
      user('Go.'),
      assistant('x', call('1', 'read'), call('1', 'a.b')),
      user(result('1', 'ok')),
    ];
    const next = [...first, assistant('Done.'), user('More.')];
    const historyOf = (messages: readonly Message[]): string =>
      JSON.stringify(turnsOf(ask(messages, { tools })).slice(0, -1)).slice(0, -1);
    expect(historyOf(next).startsWith(historyOf(first))).toBe(true);
  });

  it('leaves out the profile and the fields of a model that takes none', () => {
    expect(Object.keys(ask([user('x')], { maxTokens: 5, thinking: { mode: 'disabled' } }).body)).toEqual([
      'conversationState',
    ]);
  });
});

describe('what an answer is read with', () => {
  it('names the tools as the client knows them', () => {
    const question = ask([user('x')], { tools: [tool('read'), tool('mcp.a/b')] });
    const declared = currentOf(question).userInputMessageContext?.tools?.map(
      ({ toolSpecification }) => toolSpecification.name,
    );
    expect([...question.tools.clientNames]).toEqual([
      ['read', 'read'],
      [declared?.[1], 'mcp.a/b'],
    ]);
  });

  it('tells what is to be done with it', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const question = ask([user('x')], {
      tools: [tool('read'), tool('found', { deferred: true })],
      toolChoice: { type: 'required' },
      parallelTools: false,
      stop: ['END'],
      search: {},
      maxTokens: 5,
      effort: 'high',
      format: { type: 'json-schema', name: 'n', schema },
    });
    expect(question).toMatchObject({
      ignored: ['effort', 'maxTokens'],
      stop: ['END'],
      oneCall: true,
      mustCall: {},
      format: { tool: 'final_answer', schema },
      searchTool: 'web_search',
      toolSearch: { name: 'tool_search' },
      fallbackThinking: false,
    });
    expect(currentOf(question).content).toBe(
      'Call at most one tool in each message, and wait for its result before you call the next.\n\n' +
        'Give your final answer only by calling the tool final_answer, once and alone. What you call it with is the ' +
        'answer: do not write it as text, before or after.\n\n' +
        'You must call at least one of your tools in this answer. Do not answer with text alone.\n\nx',
    );
    expect(breachesOf(question)).toEqual([]);
  });

  it('has thinking in tags only where it was asked for so', () => {
    const thinking = { mode: 'enabled' as const, budget: 2000 };
    const first = ask([system('s'), user('Why?')], { thinking });
    expect(first.fallbackThinking).toBe(true);
    expect(currentOf(first).content).toBe(
      's\n\n<thinking_mode>enabled</thinking_mode><max_thinking_length>2000</max_thinking_length>\n\nWhy?',
    );
    const second = ask([user('Why?'), assistant(call('1', 'read')), user(result('1', 'ok'))], {
      thinking,
      tools: [tool('read')],
    });
    expect(second.fallbackThinking).toBe(false);
    expect(second.payload).not.toContain('thinking_mode');
    expect(ask([user('x')], { thinking }, { ...target, fieldsSchema }).fallbackThinking).toBe(false);
    const always = ask([user('x')], {}, { ...target, fakeReasoning: { always: true, maxTokens: 70 } });
    expect(currentOf(always).content).toContain('<max_thinking_length>70<');
  });

  it('declares no tool that may not be called, and tells earlier calls as text', () => {
    const question = ask([user('Go.'), assistant(call('1', 'read')), user(result('1', 'data'))], {
      tools: [tool('read')],
      toolChoice: { type: 'none' },
    });
    expect(turnsOf(question)).toHaveLength(1);
    expect(currentOf(question)).not.toHaveProperty('userInputMessageContext');
    expect(currentOf(question).content).toBe(
      'Go.\n\n[The assistant called the tool read with: {}]\n\n[The tool read returned:]\n\ndata',
    );
  });
});

describe('the one repair of a refused question', () => {
  const signed = { type: 'reasoning' as const, text: 'hm', signature: writeSignature('model-1', 'sig') };
  const question = ask(
    [user('a'), assistant(signed, 'b'), user('c')],
    { maxTokens: 5000 },
    { ...target, fieldsSchema },
  );

  it('takes all reasoning out, and nothing else', () => {
    const repaired = withoutReasoning(question);
    expect(repaired.payload).toBe(question.payload.replace(/,"reasoningContent":\{.*?\}\}/, ''));
    expect(repaired.payload).not.toBe(question.payload);
    expect(repaired.payload).toBe(JSON.stringify(repaired.body));
    expect(repaired.bytes).toBe(repaired.payload.length);
    expect(withoutReasoning(ask([user('a')])).payload).toBe(ask([user('a')]).payload);
  });

  it('takes the model’s fields out, and nothing else', () => {
    const repaired = withoutModelFields(question);
    expect(repaired.payload).toBe(
      question.payload.replace(/,"additionalModelRequestFields":\{"max_tokens":5000\}/, ''),
    );
    expect(repaired.payload).not.toBe(question.payload);
  });
});

describe('a long session of an agent', () => {
  it('is written well within the time that a keystroke takes', () => {
    const text = JSON.stringify(largeChat());
    const fresh = Array.from({ length: 30 }, () => JSON.parse(text) as ChatRequest);
    const write = () => writeQuestion(fresh.pop() ?? expect.unreachable(), target);
    expect(write().bytes).toBeGreaterThan(warnBytes);
    expect(costOf(write, 30, fresh.length)).toBeLessThan(30);
  });

  it('takes time in proportion to its length, also when ids repeat', () => {
    const { messages, tools } = largeChat();
    const costOfRounds = (rounds: number, budget?: number): number => {
      const long = Array.from({ length: rounds }, () => messages.slice(1)).flat();
      return costOf(() => ask(long, { tools }), budget, 12);
    };
    const most = costOfRounds(2) * 12;
    expect(costOfRounds(8, most)).toBeLessThan(most);
  });
});
