import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { answer, fetchFrom, noHeaders } from '../../support/answers.ts';

const client = (...batches: (readonly Delta[] | Error)[]): OpenAI =>
  new OpenAI({
    apiKey: 'none',
    baseURL: 'http://gateway.invalid/v1',
    maxRetries: 0,
    fetch: fetchFrom(openaiChat, () => answer(...batches)),
  });
const request = { model: 'claude-sonnet-4.5', messages: [{ role: 'user' as const, content: 'Hi' }] };
const deltas: readonly Delta[] = [
  { type: 'reasoning', text: 'hm' },
  { type: 'signature', signature: 'c2ln' },
  { type: 'text', text: 'Hel' },
  { type: 'text', text: 'lo' },
  { type: 'call', id: 'call_1', name: 'read', input: { path: '/a' }, json: '{"path":"/a"}' },
  { type: 'call', id: 'call_2', name: 'list', input: {}, json: '{}' },
  { type: 'usage', usage: { inputTokens: 100, outputTokens: 7 } },
];

describe('the official OpenAI SDK', () => {
  it('puts the same completion together from a stream as it gets whole', async () => {
    const stream = client(deltas).chat.completions.stream({ ...request, stream_options: { include_usage: true } });
    const texts: string[] = [];
    stream.on('content', text => texts.push(text));
    const streamed = await stream.finalChatCompletion();
    const whole = await client(deltas).chat.completions.create(request);
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const { message, finish_reason } = whole.choices[0] ?? {};
    expect(plain(streamed.choices[0]?.message)).toMatchObject(plain(message) as object);
    expect(streamed.choices[0]?.finish_reason).toBe(finish_reason);
    expect(streamed.usage).toEqual(whole.usage);
    expect(texts.join('')).toBe('Hello');
    expect(message?.tool_calls).toHaveLength(2);
  });

  it('can send the message of an answer back, and nothing of it is lost', async () => {
    const { choices } = await client(deltas).chat.completions.create(request);
    const messages = [...request.messages, choices[0]?.message, { role: 'user', content: 'Go on.' }];
    const { chat } = openaiChat.parse({ ...request, messages }, noHeaders);
    expect(chat.messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'c2ln' },
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', id: 'call_1', name: 'read', input: { path: '/a' } },
      { type: 'tool-call', id: 'call_2', name: 'list', input: {} },
    ]);
  });

  it('throws the error that ends a stream', async () => {
    const stream = client([{ type: 'text', text: 'Hel' }], new ChatError('upstream', 'It broke off.', { code: 'X' }));
    const read = async (): Promise<void> => {
      for await (const _ of await stream.chat.completions.create({ ...request, stream: true }));
    };
    await expect(read()).rejects.toMatchObject({ code: 'X', type: 'server_error' });
  });

  it('reads an answer without any content', async () => {
    const completion = await client([]).chat.completions.stream(request).finalChatCompletion();
    expect(completion.choices).toMatchObject([{ finish_reason: 'stop', message: { content: '' } }]);
  });

  it('runs a tool to its end', async () => {
    const inputs: string[] = [];
    let asked = 0;
    const rounds: Delta[][] = [
      [{ type: 'call', id: 'call_1', name: 'read', input: { path: '/a' }, json: '{"path":"/a"}' }],
      [{ type: 'text', text: 'It says: content.' }],
    ];
    const sdk = new OpenAI({
      apiKey: 'none',
      baseURL: 'http://gateway.invalid/v1',
      fetch: fetchFrom(openaiChat, () => answer(rounds[asked++] ?? [])),
    });
    const runner = sdk.chat.completions.runTools({
      ...request,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'read',
            description: 'Reads a file.',
            parameters: { type: 'object' },
            parse: (text: string): { path: string } => JSON.parse(text),
            function: ({ path }: { path: string }) => {
              inputs.push(path);
              return 'content';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('It says: content.');
    expect(inputs).toEqual(['/a']);
  });
});
