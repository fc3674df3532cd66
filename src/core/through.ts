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
  const after: Chain = {
    source: before?.source ?? source,
    // Types hold from step to step: only the chain as a whole has lost them.
    build: next => (before === undefined ? step(next) : before.build(step(next) as Sink<unknown>)) as Sink<unknown>,
    closed:
      before === undefined
        ? closed
        : () => {
            before.closed?.();
            closed?.();
          },
  };
  const stream: AsyncIterable<Out> & Chained = {
    [chain]: after,
    [Symbol.asyncIterator]: () => run<Out>(after),
  };
  return stream;
}

interface Chain {
  readonly source: AsyncIterable<unknown>;
  readonly build: (next: Sink<never>) => Sink<unknown>;
  readonly closed: (() => void) | undefined;
}

interface Chained {
  readonly [chain]: Chain;
}

const chain = Symbol('chain');

function run<Out>({ source, build, closed }: Chain): AsyncIterator<Out, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const made: Out[] = [];
  let failure: { readonly thrown: unknown } | undefined;
  let isOver = false;
  let isClosed = false;

  const sink = build({
    push(piece: Out) {
      if (!isOver) made.push(piece);
    },
    end() {
      isOver = true;
    },
    fail(thrown) {
      if (!isOver) failure = { thrown };
      isOver = true;
    },
  } as Sink<never>);
  const close = (): void => {
    if (!isClosed) closed?.();
    isClosed = true;
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
