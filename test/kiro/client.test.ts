import { describe, expect, it } from 'vitest';
import { chatOf, never, readResult, startRig } from './support/kiro.ts';

describe('asking Kiro', () => {
  it('answers with text, the usage and the model as the client named it', async () => {
    const { kiro, emulator } = await startRig();
    emulator.next({ steps: [{ chunks: ['Hello ', 'world'] }], ending: { contextUsagePercentage: 5, usage: 0.25 } });
    const answer = await kiro.ask(chatOf('Say hello', { model: 'claude-sonnet-4-5-20250929' }), never);
    const result = await readResult(answer);
    expect(result.content).toEqual([{ type: 'text', text: 'Hello world' }]);
    expect(result.model).toBe('claude-sonnet-4-5-20250929');
    expect(result.stop).toBe('end');
    expect(result.usage.credits).toBe(0.25);
    expect(result.usage.inputTokens + result.usage.outputTokens).toBe(10_000);
    expect(emulator.violations).toEqual([]);
  });
});
