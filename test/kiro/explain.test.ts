import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { type Circumstances, explain } from '../../src/kiro/ask/explain.ts';
import { writeQuestion } from '../../src/kiro/question.ts';
import { chatOf } from './support/kiro.ts';

const question = writeQuestion(chatOf('hi'), { modelId: 'claude-sonnet-4.5', profileArn: 'arn:x' });
const known: Circumstances = {
  model: 'my-model',
  modelIds: ['my-models', 'other'],
  maxInputTokens: 1000,
  inputTokens: 2500,
  question: undefined,
  resetsAt: undefined,
};

describe('a failure explained', () => {
  it('for length says what was estimated, and never less than the limit', () => {
    const overflow = new ChatError('overflow', 'prompt is too long', { code: 'X', upstreamId: 'id' });
    expect(explain(overflow, known)).toMatchObject({
      message: 'prompt is too long: 2500 tokens > 1000 maximum',
      tokens: { used: 2500, maximum: 1000 },
      code: 'X',
      upstreamId: 'id',
    });
    expect(explain(overflow, { ...known, inputTokens: 10 }).tokens).toEqual({ used: 1001, maximum: 1000 });
    expect(explain(overflow, { ...known, maxInputTokens: undefined }).tokens).toEqual({
      used: 200_001,
      maximum: 200_000,
    });
  });

  it('of the form names the field that the local check finds', () => {
    const { conversationState } = question.body as { conversationState: object };
    const history = [{ assistantResponseMessage: { content: 'first' } }];
    const broken = { ...question, body: { ...question.body, conversationState: { ...conversationState, history } } };
    const refusal = new ChatError('invalid', 'Kiro refused the request: Improperly formed request.');
    expect(explain(refusal, { ...known, question: broken }).message).toMatch(
      /^Kiro refused the request: Improperly formed request\. The gateway's own check found: .*history/,
    );
    expect(explain(refusal, { ...known, question })).toBe(refusal);
    expect(explain(refusal, known)).toBe(refusal);
  });

  it('of a used-up allowance says when it is renewed, if that is known', () => {
    const quota = new ChatError('quota', 'Used up.', { retryAfter: 3 });
    expect(explain(quota, known)).toBe(quota);
    expect(explain(quota, { ...known, resetsAt: Date.UTC(2026, 11, 1) })).toMatchObject({
      message: 'Used up. It is renewed on 2026-12-01.',
      details: { resetsAt: '2026-12-01' },
      retryAfter: 3,
    });
  });

  it('of an unknown model without near names names the command that lists them', () => {
    const unknown = new ChatError('unknown-model', 'm');
    expect(explain(unknown, { ...known, modelIds: [] }).message).toBe(
      'The model "my-model" is not available. See all: kiro-gw models',
    );
    expect(explain(unknown, known).message).toContain('Near names: my-models.');
  });

  it('is not explained twice, and others are left as they are', () => {
    const once = explain(new ChatError('quota', 'm'), { ...known, resetsAt: 0 });
    expect(explain(once, { ...known, resetsAt: 0 })).toBe(once);
    const rate = new ChatError('rate', 'm');
    expect(explain(rate, known)).toBe(rate);
    expect(explain(new Error('boom'), known)).toMatchObject({ kind: 'internal' });
  });
});
