import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiCompletions } from '../../../src/dialects/openai-completions/index.ts';
import { answer, fetchFrom, noHeaders, streamText, wholeAnswer } from '../../support/answers.ts';
import { readSse } from '../../support/sse-text.ts';

const base = { model: 'claude-sonnet-4.5', prompt: 'Once upon' };
const deltas: readonly Delta[] = [
  { type: 'reasoning', text: 'hm' },
  { type: 'text', text: ' a' },
  { type: 'text', text: ' time' },
  { type: 'usage', usage: { inputTokens: 5, outputTokens: 2 } },
];
const sdk = new OpenAI({
  apiKey: 'none',
  baseURL: 'http://gateway.invalid/v1',
  fetch: fetchFrom(openaiCompletions, () => answer(deltas)),
});

describe('the Completions API', () => {
  it('reads a prompt as the only message', () => {
    expect(
      openaiCompletions.parse({ ...base, max_tokens: 9, stop: ['\n'], user: 'u', temperature: 1 }, noHeaders),
    ).toEqual({
      chat: {
        model: 'claude-sonnet-4.5',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Once upon' }] }],
        tools: [],
        toolChoice: { type: 'auto' },
        parallelTools: true,
        stop: ['\n'],
        maxTokens: 9,
        session: 'u',
      },
      stream: false,
      ignored: ['temperature'],
      includeUsage: false,
      echo: '',
    });
    expect(openaiCompletions.parse({ ...base, prompt: ['Once'] }, noHeaders).chat.messages[0]?.content).toEqual([
      { type: 'text', text: 'Once' },
    ]);
  });

  it('lists the parameters that have no effect', () => {
    const fields = { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, logit_bias: {}, seed: 1 };
    expect(openaiCompletions.parse({ ...base, ...fields }, noHeaders).ignored).toEqual(Object.keys(fields));
  });

  it('has its one choice at index 0 in every chunk but that of the usage', async () => {
    const body = { ...base, stream: true, stream_options: { include_usage: true } };
    const call = openaiCompletions.parse(body, noHeaders);
    const events = readSse(await streamText(openaiCompletions, answer(deltas), call)).slice(0, -1);
    const indices = events.map(event =>
      JSON.parse(event.data).choices.map((choice: { index: number }) => choice.index),
    );
    expect(indices).toEqual([[0], [0], [0], []]);
  });

  it('stops plainly where the model called a tool that nobody declared', async () => {
    const call = openaiCompletions.parse(base, noHeaders);
    const called: Delta[] = [{ type: 'call', id: 'a', name: 'f', input: {}, json: '{}' }];
    expect(await wholeAnswer(openaiCompletions, answer(called), call)).toMatchObject({
      choices: [{ text: '', finish_reason: 'stop' }],
    });
    expect(await streamText(openaiCompletions, answer(called), call)).toContain('"finish_reason":"stop"');
  });

  it('answers the SDK with text, whole and streamed', async () => {
    const whole = await sdk.completions.create(base);
    expect(whole).toMatchObject({
      id: 'cmpl-abc123',
      object: 'text_completion',
      choices: [{ index: 0, text: ' a time', finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    });
    let text = '';
    let finish: string | undefined;
    let usage: unknown;
    for await (const chunk of await sdk.completions.create({
      ...base,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      text += chunk.choices[0]?.text ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    expect([text, finish, usage]).toEqual([' a time', 'stop', whole.usage]);
  });

  it('puts the prompt first when it is wanted back', async () => {
    expect((await sdk.completions.create({ ...base, echo: true })).choices[0]?.text).toBe('Once upon a time');
    const call = openaiCompletions.parse({ ...base, echo: true, stream: true }, noHeaders);
    const events = readSse(await streamText(openaiCompletions, answer(deltas), call)).slice(0, -1);
    expect(events.map(event => JSON.parse(event.data).choices[0].text).join('')).toBe('Once upon a time');
  });

  it('ends a stream that fails with an error', async () => {
    const call = openaiCompletions.parse({ ...base, stream: true }, noHeaders);
    const events = readSse(
      await streamText(openaiCompletions, answer(deltas, new ChatError('timeout', 'Too slow.')), call),
    );
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ error: { message: 'Too slow.' } });
  });

  it.each([
    ['prompt', { prompt: undefined }],
    ['prompt', { prompt: '' }],
    ['prompt', { prompt: [1, 2] }],
    ['prompt', { prompt: [[1, 2]] }],
    ['prompt', { prompt: [] }],
    ['prompt', { prompt: ['a', 'b'] }],
    ['n', { n: 2 }],
    ['best_of', { best_of: 3 }],
    ['logprobs', { logprobs: 2 }],
    ['suffix', { suffix: 'end' }],
    ['max_tokens', { max_tokens: 0 }],
  ])('names %s when it is wrong in %j', (param, fields) => {
    expect(() => openaiCompletions.parse({ ...base, ...fields }, noHeaders)).toThrow(
      expect.objectContaining({ param }),
    );
  });
});
