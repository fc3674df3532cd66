import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBody } from '../../src/kiro/body.ts';

function start() {
  const calls: string[] = [];
  const flow = {
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    abort: () => void calls.push('abort'),
  };
  return { calls, body: createBody(flow) };
}

describe('a body whose reader leaves', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('may end by itself for a moment, which keeps its connection', async () => {
    const { calls, body } = start();
    body.push(Buffer.from('some'));
    for await (const _ of body.chunks) break;
    vi.advanceTimersByTime(2);
    body.end();
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is cut after that moment, also when it was held back', async () => {
    const { calls, body } = start();
    body.push(Buffer.alloc(100_000));
    await body.chunks.return?.();
    expect(calls).toEqual(['pause', 'resume']);
    body.push(Buffer.alloc(100_000));
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(['pause', 'resume', 'abort']);
  });
});
