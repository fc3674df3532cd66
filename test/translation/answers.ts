import fc from 'fast-check';
import { expect } from 'vitest';
import type { Ending, Step, StreamAnswer, ToolStep } from '../../src/emulator/emulator.ts';
import { checkAnthropicStream } from '../support/anthropic-stream.ts';
import { checkChatStream } from '../support/chat-stream.ts';
import { checkResponsesStream } from '../support/responses-checker.ts';
import type { Sent } from './bodies.ts';
import { anyText, input } from './parts.ts';

const wellFormed = anyText.map(text => text.toWellFormed());
const toolStep: fc.Arbitrary<ToolStep> = fc.record(
  {
    tool: fc.constantFrom('read', 'write', 'unknown_tool'),
    id: fc.uuid(),
    input: fc.oneof({ arbitrary: input.map(writable), weight: 5 }, fc.constantFrom('{"path":"a', '', '[1]')),
    fragments: fc.integer({ min: 1, max: 6 }),
    stop: fc.constant(false as const),
    phantom: fc.constant(true as const),
  },
  { requiredKeys: ['tool', 'id', 'input'] },
);
// Half characters cannot travel in UTF-8.
function writable(value: object): object {
  return JSON.parse(
    JSON.stringify(value)
      .toWellFormed()
      .replaceAll(/\\ud[89a-f]../gi, '?'),
  ) as object;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: wellFormed },
  { weight: 2, arbitrary: fc.array(wellFormed, { maxLength: 4 }).map(chunks => ({ chunks })) },
  {
    weight: 2,
    arbitrary: fc.record(
      { reasoning: fc.array(wellFormed, { maxLength: 3 }), signature: fc.constant('c2ln') },
      { requiredKeys: ['reasoning'] },
    ),
  },
  fc.constant({ redacted: 'c2VjcmV0' }),
  { weight: 3, arbitrary: toolStep },
  fc.array(toolStep, { minLength: 2, maxLength: 3 }).map(interleaved => ({ interleaved })),
  wellFormed.map(code => ({ code })),
  fc.constantFrom<Step>(
    { event: 'brandNewEvent', payload: { a: 1 } },
    { event: 'assistantResponseEvent', payload: {} },
    { event: 'reasoningContentEvent', payload: {} },
    { event: 'codeReferenceEvent', payload: 'no JSON' },
  ),
);
const ending: fc.Arbitrary<false | Ending> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Ending>({}) },
  fc.constant<false>(false),
  fc.record(
    {
      stopReason: fc.constantFrom<(string | false)[]>(
        ...['END_TURN', 'TOOL_USE', 'MAX_TOKENS', 'CONTENT_FILTERED', 'PAUSE_TURN', 'MODEL_CONTEXT_WINDOW_EXCEEDED'],
        'BRAND_NEW',
        false,
      ),
      tokenUsage: fc.constant({ uncachedInputTokens: 10, outputTokens: 5, totalTokens: 25, cacheReadInputTokens: 10 }),
      contextUsagePercentage: fc.constantFrom<(number | false)[]>(false, 0, 7.13, 99.9),
      usage: fc.constantFrom<(number | false)[]>(false, 0.0169),
    },
    { requiredKeys: [] },
  ),
);

/** Any answer of the service, cut anywhere; now and then it fails on its way. */
export const anyAnswer: fc.Arbitrary<StreamAnswer> = fc
  .record({
    steps: fc.array(step, { maxLength: 6 }),
    failure: fc.oneof(
      { weight: 9, arbitrary: fc.constant<Step[]>([]) },
      fc.constantFrom<Step[]>(
        [{ exception: 'ThrottlingException', payload: { message: 'Slow down.' } }],
        [{ event: 'invalidStateEvent', payload: { reason: 'R', message: 'm' } }],
      ),
    ),
    ending,
    write: fc.oneof(
      fc.constantFrom('whole' as const, 'frame' as const, 'byte' as const),
      fc.integer({ min: 2, max: 300 }),
    ),
  })
  .map(({ steps, failure, ...rest }) => ({ ...rest, steps: [...steps, ...failure] }));

// biome-ignore lint/suspicious/noExplicitAny: what is checked here has no type until it passed.
type Loose = any;

/** Checks a stream by the rules of its API, and that the whole answer says the same. */
export function expectSame(api: Sent['api'], stream: string, whole: Loose): void {
  switch (api) {
    case 'anthropic': {
      const { problems, message, error } = checkAnthropicStream(stream);
      expect(problems).toEqual([]);
      if (failed(error, whole)) return;
      expect({ ...message, id: '' }).toEqual({ ...whole, id: '' });
      return;
    }
    case 'openai-chat': {
      const { problems, message, finishReason, usage, error } = checkChatStream(stream);
      expect(problems).toEqual([]);
      if (failed(error, whole)) return;
      const [choice] = whole.choices;
      const calls = message.tool_calls?.map(({ index: _, ...call }: Loose) => call);
      expect({ refusal: null, ...message, role: 'assistant', ...(calls && { tool_calls: calls }) }).toEqual({
        ...choice.message,
        content: choice.message.content ?? '',
      });
      expect([finishReason, usage]).toEqual([choice.finish_reason, whole.usage]);
      return;
    }
    case 'openai-responses': {
      const { problems, response } = checkResponsesStream(stream);
      expect(problems).toEqual([]);
      if (failed(response.error ?? undefined, whole)) return;
      expect(timeless(response)).toEqual(timeless(whole));
      return;
    }
    case 'openai-completions': {
      const chunks = stream.split('\n\n').filter(line => line.startsWith('data: {'));
      const read = chunks.map(line => JSON.parse(line.slice('data: '.length)) as Loose);
      if (failed(read.at(-1)?.error, whole)) return;
      expect(stream.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(read.map(chunk => chunk.choices[0]?.text ?? '').join('')).toBe(whole.choices[0].text);
      expect(read.at(-1).usage).toEqual(whole.usage);
    }
  }
}

// What fails in a stream fails as a whole, too.
function failed(streamed: unknown, whole: Loose): boolean {
  const error = whole.error ?? undefined;
  expect(streamed === undefined, JSON.stringify([streamed, error])).toBe(error === undefined);
  return streamed !== undefined;
}

// Ids and times are made anew for every answer.
function timeless(response: Loose): unknown {
  return JSON.parse(JSON.stringify(response), (key, value) =>
    /^(id|created_at|completed_at)$/.test(key) ? '' : value,
  );
}
