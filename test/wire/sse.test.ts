import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendSse, writeSse } from '../../src/wire/sse.ts';

const heartbeat = (started: boolean): string => (started ? ': started\n\n' : ': waiting\n\n');
const batch = (...data: string[]): string => data.map(text => writeSse(text)).join('');

/** A source that gives what the test puts in, and says what was asked of it. */
function createSource() {
  const asked: PromiseWithResolvers<IteratorResult<string>>[] = [];
  let given = 0;
  const seen = { asked: 0, returned: 0 };
  const slot = (at: number) => {
    asked[at] ??= Promise.withResolvers();
    return asked[at];
  };
  return {
    seen,
    give: (value: string) => slot(given++).resolve({ done: false, value }),
    fail: (error: Error) => slot(given++).reject(error),
    finish: () => slot(given++).resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return {
        next: () => slot(seen.asked++).promise,
        return: async () => {
          seen.returned += 1;
          return { done: true, value: undefined } as const;
        },
      };
    },
  };
}

describe('writing events', () => {
  it('writes data alone, or with its event name', () => {
    expect(writeSse('{"a":1}')).toBe('data: {"a":1}\n\n');
    expect(writeSse('{}', 'ping')).toBe('event: ping\ndata: {}\n\n');
  });
});

/** Everything that is written, and whether it was all. */
function listen(source: AsyncIterable<string>, more: Partial<Parameters<typeof sendSse>[1]> = {}) {
  const texts: string[] = [];
  const write = (text: string): boolean => {
    texts.push(text);
    return true;
  };
  return { texts, sent: sendSse(source, { heartbeat, every: 1000, write, ...more }) };
}

describe('a stream of texts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is written text by text', async () => {
    async function* source() {
      yield batch('a', 'b');
      yield batch('c');
    }
    const { texts, sent } = listen(source());
    await sent;
    expect(texts).toEqual(['data: a\n\ndata: b\n\n', 'data: c\n\n']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('beats in each silence and knows whether the stream has started', async () => {
    const source = createSource();
    const { texts, sent } = listen(source);
    await vi.advanceTimersByTimeAsync(2000);
    source.give(batch('a'));
    await vi.advanceTimersByTimeAsync(1000);
    source.finish();
    await sent;
    expect(texts).toEqual([': waiting\n\n', ': waiting\n\n', 'data: a\n\n', ': started\n\n']);
    expect(vi.getTimerCount()).toBe(0);
    expect(source.seen).toEqual({ asked: 2, returned: 0 });
  });

  it('does not beat while events keep coming', async () => {
    const source = createSource();
    const { texts, sent } = listen(source);
    for (let at = 0; at < 5; at += 1) {
      await vi.advanceTimersByTimeAsync(900);
      source.give(batch('a'));
    }
    source.finish();
    await sent;
    expect(texts).toEqual(Array.from({ length: 5 }, () => 'data: a\n\n'));
  });

  it('does not beat when the interval is 0 or the text is empty', async () => {
    for (const quiet of [{ every: 0 }, { heartbeat: () => '', every: 10 }]) {
      const source = createSource();
      const { texts, sent } = listen(source, quiet);
      await vi.advanceTimersByTimeAsync(10_000);
      source.finish();
      await sent;
      expect(texts).toEqual([]);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks its source for nothing while the last text is being taken, and does not beat then', async () => {
    const source = createSource();
    const taken = Promise.withResolvers<boolean>();
    const { sent } = listen(source, { write: () => taken.promise });
    source.give(batch('a'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(source.seen.asked).toBe(1);
    taken.resolve(true);
    source.finish();
    await sent;
    expect(source.seen.asked).toBe(2);
  });

  it('throws what its source throws, also behind a heartbeat', async () => {
    const source = createSource();
    const { texts, sent } = listen(source);
    const thrown = expect(sent).rejects.toThrow('broken');
    await vi.advanceTimersByTimeAsync(1000);
    source.fail(new Error('broken'));
    await thrown;
    expect(texts).toEqual([': waiting\n\n']);
    expect(vi.getTimerCount()).toBe(0);
    expect(source.seen.returned).toBe(0);
  });

  it('leaves its source when nobody listens any more, and waits for its clean-up', async () => {
    let isClean = false;
    async function* source() {
      try {
        yield batch('a');
        yield batch('b');
      } finally {
        await Promise.resolve();
        isClean = true;
      }
    }
    const texts: string[] = [];
    await listen(source(), { write: text => texts.push(text) === 0 }).sent;
    expect(texts).toEqual(['data: a\n\n']);
    expect(isClean).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves a source that never gives up, once a heartbeat finds that nobody listens', async () => {
    const source = createSource();
    void listen(source, { write: () => false });
    await vi.advanceTimersByTimeAsync(1000);
    expect(source.seen).toEqual({ asked: 1, returned: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
