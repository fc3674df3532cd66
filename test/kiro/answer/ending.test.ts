import { describe, expect, it } from 'vitest';
import { type Ending, readEnding, stopOf, writeUsage } from '../../../src/kiro/answer/ending.ts';

describe('the last events of a stream', () => {
  it.each<[string, object, Ending | undefined]>([
    ['metadataEvent', {}, {}],
    ['metadataEvent', { stopReason: 'END_TURN', tokenUsage: null }, { stopReason: 'END_TURN' }],
    ['metadataEvent', { stopReason: 7, tokenUsage: 'many' }, {}],
    ['metadataEvent', { tokenUsage: {} }, { tokens: {} }],
    [
      'metadataEvent',
      {
        tokenUsage: { uncachedInputTokens: 10.4, cacheReadInputTokens: 5, cacheWriteInputTokens: 3, outputTokens: 2.6 },
      },
      { tokens: { inputTokens: 18, outputTokens: 3, cacheReadTokens: 5, cacheWriteTokens: 3 } },
    ],
    ['metadataEvent', { tokenUsage: { uncachedInputTokens: 0 } }, { tokens: { inputTokens: 0 } }],
    [
      'metadataEvent',
      { tokenUsage: { totalTokens: 9, outputTokens: 2 } },
      { tokens: { inputTokens: 7, outputTokens: 2 } },
    ],
    [
      'metadataEvent',
      { tokenUsage: { totalTokens: 2, outputTokens: 2 } },
      { tokens: { inputTokens: 0, outputTokens: 2 } },
    ],
    ['metadataEvent', { tokenUsage: { totalTokens: 9 } }, { tokens: {} }],
    [
      'metadataEvent',
      { tokenUsage: { uncachedInputTokens: 1, totalTokens: 99, outputTokens: 2 } },
      { tokens: { inputTokens: 1, outputTokens: 2 } },
    ],
    ['contextUsageEvent', { contextUsagePercentage: 7.5 }, { contextUsage: 7.5 }],
    ['contextUsageEvent', { contextUsagePercentage: 0 }, { contextUsage: 0 }],
    ['contextUsageEvent', { contextUsagePercentage: -1 }, {}],
    ['contextUsageEvent', { contextUsagePercentage: 1e12 }, { contextUsage: 1e12 }],
    ['contextUsageEvent', { contextUsagePercentage: 2e12 }, {}],
    ['contextUsageEvent', { contextUsagePercentage: '7' }, {}],
    ['meteringEvent', { usage: 0.0169 }, { credits: 0.0169 }],
    ['meteringEvent', {}, {}],
    ['assistantResponseEvent', { usage: 1 }, undefined],
  ])('are read: %s %j', (name, payload, ending) => {
    expect(readEnding(name, payload as Record<string, unknown>)).toEqual(ending);
  });
});

describe('the usage of an answer', () => {
  const counted = { output: 20, reasoning: 0, maxInputTokens: 1000 };
  it.each([
    [{}, counted, { outputTokens: 20 }],
    [{ contextUsage: 10 }, counted, { inputTokens: 80, outputTokens: 20 }],
    [{ contextUsage: 10 }, { output: 20, reasoning: 0 }, { outputTokens: 20 }],
    [{ contextUsage: 2 }, counted, { outputTokens: 20 }],
    [{ contextUsage: 2.1 }, counted, { inputTokens: 1, outputTokens: 20 }],
    [{ contextUsage: 10, tokens: { outputTokens: 30 } }, counted, { inputTokens: 70, outputTokens: 30 }],
    [{ contextUsage: 10, tokens: { inputTokens: 5 } }, counted, { inputTokens: 5, outputTokens: 20 }],
    [{ credits: 0.5 }, counted, { outputTokens: 20, credits: 0.5 }],
    [{}, { ...counted, reasoning: 7 }, { outputTokens: 20, reasoningTokens: 7 }],
    [{ tokens: { outputTokens: 5 } }, { ...counted, reasoning: 7 }, { outputTokens: 5, reasoningTokens: 5 }],
    [{ tokens: { cacheReadTokens: 3 } }, counted, { cacheReadTokens: 3, outputTokens: 20 }],
  ])('of %j and %j is %j', (ending, seen, usage) => {
    expect(writeUsage(ending, seen)).toEqual(usage);
  });
});

describe('why an answer ended', () => {
  const seen = { content: true, calls: false, cut: false };
  it.each([
    [undefined, seen, 'length'],
    [{}, seen, 'end'],
    [{ stopReason: 'END_TURN' }, seen, 'end'],
    [{ stopReason: 'TOOL_USE' }, seen, 'end'],
    [{ stopReason: 'END_TURN' }, { ...seen, calls: true }, 'tool'],
    [{ stopReason: 'END_TURN' }, { ...seen, calls: true, cut: true }, 'length'],
    [{ stopReason: 'MAX_TOKENS' }, { ...seen, calls: true }, 'length'],
    [{ stopReason: 'PAUSE_TURN' }, seen, 'pause'],
    [{ stopReason: 'PAUSE_TURN' }, { ...seen, cut: true }, 'length'],
    [{ stopReason: 'CONTENT_FILTERED' }, { ...seen, cut: true }, 'refusal'],
    [{ stopReason: 'MODEL_CONTEXT_WINDOW_EXCEEDED' }, seen, 'context'],
    [{ stopReason: 'SOMETHING_NEW' }, seen, 'end'],
    [{ contextUsage: 99.5 }, { ...seen, content: false }, 'context'],
    [{ contextUsage: 99.4 }, { ...seen, content: false }, 'end'],
    [{ contextUsage: 99.5 }, seen, 'end'],
    [{ stopReason: 'MAX_TOKENS', contextUsage: 100 }, { ...seen, content: false }, 'context'],
  ])('with %j after %j is %s', (ending, what, reason) => {
    expect(stopOf(ending, what)).toBe(reason);
  });
});
