/** Takes the pieces of a stream, one after the other. One that cannot go on throws, and is then told to `fail`. */
export interface Sink<T> {
  push(piece: T): void;
  /** Nothing follows. A step may also end what comes after it early: its source is then left. */
  end(): void;
  /** It broke off. What was pushed before still arrives. */
  fail(thrown: unknown): void | Promise<void>;
}

/** What becomes of a stream on its way: hands on what it makes of each piece at once. */
export type Step<In, Out> = (next: Sink<Out>) => Sink<In>;

/**
 * A stream after a step. Steps that follow one another run as one: however many there are, a piece costs the promises
 * of a single one. `closed` is called once, however a stream that was begun ends.
 */
export function through<In, Out>(
  source: AsyncIterable<In>,
  step: Step<In, Out>,
  closed?: () => void,
): AsyncIterable<Out> {
  const before = (source as Partial<Chained>)[chain];
  const stream: AsyncIterable<Out> & Chained = {
    [chain]: { source: before?.source ?? source, before, step, closed } as Chain,
    [Symbol.asyncIterator]: runChain,
  };
  return stream;
}

/** Steps in their order; types hold from one to the next, and only the chain as a whole has lost them. */
interface Chain {
  readonly source: AsyncIterable<unknown>;
  readonly before: Chain | undefined;
  readonly step: Step<unknown, unknown>;
  readonly closed: (() => void) | undefined;
}

interface Chained {
  readonly [chain]: Chain;
}

const chain = Symbol('chain');

function runChain<Out>(this: Chained): AsyncIterator<Out, undefined> {
  const last = this[chain];
  const iterator = last.source[Symbol.asyncIterator]();
  const made: Out[] = [];
  let failure: { readonly thrown: unknown } | undefined;
  let isOver = false;
  let isClosed = false;

  const end: Sink<Out> = {
    push(piece) {
      if (!isOver) made.push(piece);
    },
    end() {
      isOver = true;
    },
    fail(thrown) {
      if (!isOver) failure = { thrown };
      isOver = true;
    },
  };
  let sink = end as Sink<unknown>;
  for (let link: Chain | undefined = last; link !== undefined; link = link.before) sink = link.step(sink);
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    closeFrom(last);
  };
  return {
    async next() {
      while (made.length === 0 && !isOver) {
        let isRead = false;
        try {
          const step = await iterator.next();
          isRead = step.done !== true;
          if (step.done === true) sink.end();
          else sink.push(step.value);
        } catch (thrown) {
          await sink.fail(thrown);
          isOver = true;
        }
        if (!isOver) continue;
        close();
        // It has more to say than anybody wants to hear.
        if (isRead) await iterator.return?.();
      }
      const value = made.shift();
      if (value !== undefined) return { done: false, value };
      if (failure === undefined) return { done: true, value: undefined };
      const { thrown } = failure;
      failure = undefined;
      throw thrown;
    },
    async return() {
      made.length = 0;
      failure = undefined;
      isOver = true;
      if (!isClosed) {
        close();
        await iterator.return?.();
      }
      return { done: true, value: undefined };
    },
  };
}

function closeFrom({ before, closed }: Chain): void {
  if (before !== undefined) closeFrom(before);
  closed?.();
}
