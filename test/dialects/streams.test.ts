import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/core/assemble.ts';
import type { Call, Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { answer, noHeaders, streamText, wholeAnswer } from '../support/answers.ts';
import { checkAnthropicStream } from '../support/anthropic-stream.ts';
import { anyDeltas } from '../support/arbitrary-deltas.ts';
import { checkChatStream } from '../support/chat-stream.ts';

const { anthropic, openaiChat, openaiCompletions } = dialects;
const body = {
  model: 'm',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Hi' }],
  stream_options: { include_usage: true },
};
type Object = Record<string, unknown>;

/** Streams any answer, and hands over the text and the same answer as a whole. */
function forAnyAnswer<C extends Call>(
  dialect: Dialect<C>,
  call: C,
  check: (text: string, whole: Object) => void,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(anyDeltas, async batches => {
      const whole = (await wholeAnswer(dialect, answer(...batches), call)) as Object;
      check(await streamText(dialect, answer(...batches), call), whole);
    }),
    { numRuns: 80 },
  );
}

describe('any answer at all', () => {
  it.each([
    ['all thoughts', anthropic.parse(body, noHeaders)],
    ['silent thoughts', anthropic.parse({ ...body, thinking: { type: 'adaptive', display: 'omitted' } }, noHeaders)],
  ])('is a valid stream of the Messages API that says the same as the whole, with %s', async (_, call) => {
    await forAnyAnswer(anthropic, call, (text, whole) => {
      const { problems, message } = checkAnthropicStream(text);
      expect(problems).toEqual([]);
      expect(message).toEqual(whole);
    });
  });

  it('is a valid stream of the chat API that says the same as the whole', async () => {
    await forAnyAnswer(openaiChat, openaiChat.parse(body, noHeaders), (text, whole) => {
      const { problems, message, finishReason, usage } = checkChatStream(text);
      expect(problems).toEqual([]);
      const tool_calls = message.tool_calls?.map(({ index: _, ...call }: Object) => call);
      const [choice = {}] = whole['choices'] as Object[];
      const { content, ...rest } = choice['message'] as Object;
      expect({ role: 'assistant', refusal: null, ...message, ...(tool_calls && { tool_calls }) }).toEqual({
        ...rest,
        content: content ?? '',
      });
      expect([finishReason, usage]).toEqual([choice['finish_reason'], whole['usage']]);
    });
  });

  it('is a valid stream of the Completions API that says the same as the whole', async () => {
    const call = openaiCompletions.parse(
      { model: 'm', prompt: 'x', stream_options: { include_usage: true } },
      noHeaders,
    );
    await forAnyAnswer(openaiCompletions, call, (text, whole) => {
      const events = text
        .split('\n\n')
        .slice(0, -1)
        .map(line => line.replace('data: ', ''));
      expect(events.at(-1)).toBe('[DONE]');
      const chunks = events.slice(0, -1).map(event => JSON.parse(event));
      const texts = chunks.map(chunk => chunk.choices[0]?.text ?? '').join('');
      expect([{ text: texts }]).toMatchObject((whole['choices'] as Object[]).map(({ text }) => ({ text })));
      expect(chunks.at(-1).usage).toEqual(whole['usage']);
    });
  });

  it('gives the same text however the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeltas, async batches => {
        const one: Delta[][] = [batches.flat()];
        const each: Delta[][] = batches.flat().map(delta => [delta]);
        for (const dialect of [anthropic, openaiChat] as Dialect[]) {
          const call = dialect.parse(body, noHeaders);
          expect(await streamText(dialect, answer(...one), call)).toBe(
            await streamText(dialect, answer(...each), call),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('that breaks off anywhere is a valid stream with one error at its end', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeltas, async batches => {
        const broken = [...batches, new Error('boom')];
        const messages = checkAnthropicStream(
          await streamText(anthropic, answer(...broken), anthropic.parse(body, noHeaders)),
        );
        const chat = checkChatStream(
          await streamText(openaiChat, answer(...broken), openaiChat.parse(body, noHeaders)),
        );
        expect([messages.problems, chat.problems]).toEqual([[], []]);
        expect([messages.error.type, chat.error.type]).toEqual(['api_error', 'server_error']);
      }),
      { numRuns: 40 },
    );
  });

  it('comes back with the next request, and nothing of it is lost', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeltas, async batches => {
        const call = anthropic.parse(body, noHeaders);
        const whole = (await wholeAnswer(anthropic, answer(...batches), call)) as Object;
        const messages = [...body.messages, { role: 'assistant', content: whole['content'] }];
        const again = anthropic.parse({ ...body, messages }, noHeaders);
        const [, back] = again.chat.messages;
        const expected = JSON.parse(JSON.stringify(await blocksOf(batches)));
        expect(JSON.parse(JSON.stringify(back?.content))).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });
});

// What the next request must bring back: searches under the id that they were given on their way out.
async function blocksOf(batches: Delta[][]): Promise<unknown[]> {
  let content: readonly unknown[] = [];
  for await (const events of answer(...batches)) {
    const last = events.at(-1);
    if (last?.type !== 'finish') continue;
    content = last.result.content.flatMap((block): unknown[] => {
      if (block.type === 'search') return [{ ...block, id: `srvtoolu_${block.id}` }];
      if (block.type !== 'tool-call') return [block];
      const { json: _, ...rest } = block;
      return [rest];
    });
  }
  return [...content];
}
