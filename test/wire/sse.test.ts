import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SseEvent, streamSse, writeSse } from '../../src/wire/sse.ts';

const options = { heartbeat: (started: boolean) => (started ? ': started\n\n' : ': waiting\n\n'), every: 1000 };
const batch = (...data: string[]): SseEvent[] => data.map(text => ({ data: text }));

/** A source that gives what the test puts in, and says what was asked of it. */
function createSource() {
  const asked: PromiseWithResolvers<IteratorResult<readonly SseEvent[]>>[] = [];
  let given = 0;
  const seen = { asked: 0, returned: 0 };
  const slot = (at: number) => {
    asked[at] ??= Promise.withResolvers();
    return asked[at];
  };
  return {
    seen,
    give: (value: readonly SseEvent[]) => slot(given++).resolve({ done: false, value }),
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
    expect(writeSse([{ data: '{"a":1}' }, { event: 'ping', data: '{}' }])).toBe(
      'data: {"a":1}\n\nevent: ping\ndata: {}\n\n',
    );
  });
  it('writes nothing for no events', () => expect(writeSse([])).toBe(''));
});

describe('a stream of events', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the text of each batch and skips empty ones', async () => {
    async function* source() {
      yield batch('a', 'b');
      yield [];
      yield batch('c');
    }
    const texts: string[] = [];
    for await (const text of streamSse(source(), options)) texts.push(text);
    expect(texts).toEqual(['data: a\n\ndata: b\n\n', 'data: c\n\n']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('beats in each silence and knows whether the stream has started', async () => {
    const source = createSource();
    const texts = streamSse(source, options);
    const first = texts.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toEqual({ done: false, value: ': waiting\n\n' });
    const second = texts.next();
    source.give(batch('a'));
    expect(await second).toEqual({ done: false, value: 'data: a\n\n' });
    const third = texts.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await third).toEqual({ done: false, value: ': started\n\n' });
    const fourth = texts.next();
    source.finish();
    expect(await fourth).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
    expect(source.seen.asked).toBe(2);
  });

  it('does not beat while events keep coming', async () => {
    const source = createSource();
    const texts = streamSse(source, options);
    for (let at = 0; at < 5; at += 1) {
      const next = texts.next();
      await vi.advanceTimersByTimeAsync(900);
      source.give(batch('a'));
      expect(await next).toEqual({ done: false, value: 'data: a\n\n' });
    }
    await texts.return?.();
  });

  it('keeps what came while a heartbeat was being written', async () => {
    const source = createSource();
    const texts = streamSse(source, options);
    const first = texts.next();
    await vi.advanceTimersByTimeAsync(1000);
    await first;
    source.give(batch('a'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await texts.next()).toEqual({ done: false, value: 'data: a\n\n' });
    expect(source.seen.asked).toBe(1);
    await texts.return?.();
  });

  it('does not beat when the interval is 0 or the text is empty', async () => {
    for (const quiet of [
      { ...options, every: 0 },
      { heartbeat: () => '', every: 10 },
    ]) {
      const source = createSource();
      const texts = streamSse(source, quiet);
      const next = texts.next();
      await vi.advanceTimersByTimeAsync(10_000);
      source.give(batch('a'));
      expect(await next).toEqual({ done: false, value: 'data: a\n\n' });
      await texts.return?.();
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks its source for nothing before it is asked', async () => {
    const source = createSource();
    const texts = streamSse(source, options);
    await vi.advanceTimersByTimeAsync(5000);
    expect(source.seen.asked).toBe(0);
    source.give(batch('a'));
    source.give(batch('b'));
    await texts.next();
    await vi.advanceTimersByTimeAsync(5000);
    expect(source.seen.asked).toBe(1);
    await texts.return?.();
  });

  it('throws what its source throws, also when it came behind a heartbeat, and ends', async () => {
    for (const beatFirst of [false, true]) {
      const source = createSource();
      const texts = streamSse(source, options);
      let next = texts.next();
      if (beatFirst) {
        await vi.advanceTimersByTimeAsync(1000);
        await next;
        source.fail(new Error('broken'));
        await vi.advanceTimersByTimeAsync(0);
        next = texts.next();
      } else {
        source.fail(new Error('broken'));
      }
      await expect(next).rejects.toThrow('broken');
      expect(await texts.next()).toEqual({ done: true, value: undefined });
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at once when it is returned in the middle of a wait, and returns its source', async () => {
    const source = createSource();
    const texts = streamSse(source, options);
    const next = texts.next();
    await texts.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(source.seen.returned).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    source.fail(new Error('nobody is there to hear it'));
    await vi.advanceTimersByTimeAsync(0);
  });

  it('waits for no source that cannot return while it reads', async () => {
    const unfinished = Promise.withResolvers<never>();
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => unfinished.promise,
      }),
    };
    const texts = streamSse(source, options);
    void texts.next();
    expect(await texts.return?.()).toEqual({ done: true, value: undefined });
    unfinished.reject(new Error('nobody is there to hear it'));
    await vi.advanceTimersByTimeAsync(0);
  });

  it('returns its source when its reader stops early, and waits for its clean-up', async () => {
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
    for await (const _ of streamSse(source(), options)) break;
    expect(isClean).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
