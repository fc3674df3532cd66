import { describe, expect, it } from 'vitest';
import { type Sink, type Step, through } from '../../src/core/through.ts';

/** A source of pieces, or of what it throws; it says how it was treated. */
function sourceOf(...pieces: readonly (number | Error)[]) {
  const seen = { asked: 0, returned: 0 };
  const stream: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const piece = pieces[seen.asked++];
        if (piece instanceof Error) throw piece;
        return piece === undefined ? { done: true, value: undefined } : { done: false, value: piece };
      },
      async return() {
        seen.returned += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return { seen, stream };
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<{ pieces: T[]; failure?: unknown }> {
  const pieces: T[] = [];
  try {
    for await (const piece of stream) pieces.push(piece);
  } catch (failure) {
    return { pieces, failure };
  }
  return { pieces };
}

const map =
  <In, Out>(change: (piece: In) => Out): Step<In, Out> =>
  next => ({ ...next, push: piece => next.push(change(piece)) });
const twice: Step<number, number> = next => ({
  ...next,
  push(piece) {
    next.push(piece);
    next.push(piece);
  },
});
/** Ends when it sees the piece, after one of its own. */
const until =
  (last: number): Step<number, number> =>
  next => ({
    ...next,
    push(piece) {
      next.push(piece);
      if (piece !== last) return;
      next.push(-1);
      next.end();
    },
  });
/** Throws at the piece; what went wrong shows as a last piece. */
const breaking =
  (at: number): Step<number, number> =>
  next => ({
    ...next,
    push(piece) {
      if (piece === at) throw new Error(`no ${at}`);
      next.push(piece);
    },
    fail(thrown) {
      next.push(99);
      return next.fail(thrown);
    },
  });

describe('a stream through steps', () => {
  it('is what the steps make of its pieces, in their order', async () => {
    const { stream } = sourceOf(1, 2);
    const steps = through(
      through(stream, twice),
      map((piece: number) => `<${piece}>`),
    );
    expect(await readAll(steps)).toEqual({ pieces: ['<1>', '<1>', '<2>', '<2>'] });
  });

  it('asks its source for a piece only when it has none to give', async () => {
    const { stream, seen } = sourceOf(1, 2);
    const steps = through(stream, twice)[Symbol.asyncIterator]();
    expect(seen.asked).toBe(0);
    await steps.next();
    await steps.next();
    expect(seen.asked).toBe(1);
    await steps.next();
    expect(seen.asked).toBe(2);
  });

  it('skips what a step keeps to itself, and gives what it says at the end', async () => {
    const sum: Step<number, number> = next => {
      let all = 0;
      return {
        ...next,
        push(piece) {
          all += piece;
        },
        end() {
          next.push(all);
          next.end();
        },
      };
    };
    expect(await readAll(through(sourceOf(1, 2, 3).stream, sum))).toEqual({ pieces: [6] });
  });

  it('ends where a step ends it, and leaves its source', async () => {
    const { stream, seen } = sourceOf(1, 2, 3);
    expect(
      await readAll(
        through(
          through(stream, until(2)),
          map(piece => piece * 10),
        ),
      ),
    ).toEqual({
      pieces: [10, 20, -10],
    });
    expect(seen).toEqual({ asked: 2, returned: 1 });
  });

  it('breaks off with what the source throws, after what came before', async () => {
    const failure = new Error('broken');
    const { stream, seen } = sourceOf(1, failure);
    expect(await readAll(through(through(stream, breaking(7)), twice))).toEqual({ pieces: [1, 1, 99, 99], failure });
    expect(seen.returned).toBe(0);
  });

  it('tells all steps what one of them throws, and leaves its source', async () => {
    const { stream, seen } = sourceOf(1, 2, 3);
    const failure = new Error('no 2');
    expect(await readAll(through(through(stream, breaking(8)), breaking(2)))).toEqual({ pieces: [1, 99, 99], failure });
    expect(seen.returned).toBe(1);
  });

  it('may be mended, at leisure', async () => {
    const mending: Step<number, number> = next => ({
      ...next,
      async fail() {
        await new Promise(resolve => setImmediate(resolve));
        next.push(0);
        next.end();
      },
    });
    expect(await readAll(through(sourceOf(1, new Error('broken')).stream, mending))).toEqual({ pieces: [1, 0] });
  });

  it('throws what a step throws over a failure', async () => {
    const worse = new Error('worse');
    const step: Step<number, number> = next => ({
      ...next,
      fail() {
        throw worse;
      },
    });
    expect(await readAll(through(sourceOf(new Error('broken')).stream, step))).toEqual({ pieces: [], failure: worse });
  });

  it('hears nothing after its end', async () => {
    const chatty: Step<number, number> = next => ({
      ...next,
      push(piece) {
        next.end();
        next.push(piece);
        next.fail(new Error('too late'));
      },
    });
    expect(await readAll(through(sourceOf(1).stream, chatty))).toEqual({ pieces: [] });
  });
});

describe('a stream that is closed', () => {
  const plain = (next: Sink<number>): Sink<number> => next;
  const endings: readonly [string, readonly (number | Error)[], (stream: AsyncIterable<number>) => Promise<unknown>][] =
    [
      ['its end', [1], readAll],
      ['a failure', [1, new Error('broken')], readAll],
      ['a step', [2, 3], readAll],
      [
        'its reader',
        [1, 3],
        async stream => {
          for await (const _ of stream) break;
        },
      ],
    ];

  it.each(endings)('by %s says so once, to each that asked', async (_, pieces, read) => {
    const said: string[] = [];
    const first = through(sourceOf(...pieces).stream, until(2), () => said.push('first'));
    await read(through(first, plain, () => said.push('second')));
    expect(said).toEqual(['first', 'second']);
  });

  it('by its reader leaves its source, once', async () => {
    const { stream, seen } = sourceOf(1, 2);
    const steps = through(stream, plain)[Symbol.asyncIterator]();
    await steps.next();
    await steps.return?.();
    await steps.return?.();
    expect(await steps.next()).toEqual({ done: true, value: undefined });
    expect(seen).toEqual({ asked: 1, returned: 1 });
  });
});
