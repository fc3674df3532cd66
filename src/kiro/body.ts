/** What holds the sender back or ends it. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** A body between the network, which pushes, and its reader, which pulls. */
export interface Body {
  push(chunk: Uint8Array): void;
  end(): void;
  /** What was not read yet is dropped. */
  fail(error: Error): void;
  readonly chunks: AsyncIterableIterator<Uint8Array>;
}

/**
 * Holds the sender back while nobody reads, and hands over at once what one read of the socket brought. A reader that
 * leaves before the end gives the sender `linger` milliseconds to end by itself, which keeps the connection for the next
 * request; then it is cut.
 */
export function createBody(flow: Flow, linger = 25): Body {
  let queue: Uint8Array[] = [];
  let bytes = 0;
  let state: 'open' | 'left' | 'ended' = 'open';
  let failure: Error | undefined;
  let paused = false;
  let waiting: PromiseWithResolvers<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const wake = (): void => {
    waiting?.resolve();
    waiting = undefined;
  };
  const close = (): void => {
    state = 'ended';
    clearTimeout(timer);
    wake();
  };
  const take = (): IteratorResult<Uint8Array> => {
    if (failure !== undefined) {
      const error = failure;
      failure = undefined;
      throw error;
    }
    const [first, second] = queue;
    if (first === undefined) return done;
    const value = second === undefined ? first : Buffer.concat(queue, bytes);
    queue = [];
    bytes = 0;
    if (paused) flow.resume();
    paused = false;
    return { value, done: false };
  };

  return {
    push(chunk) {
      if (state !== 'open') return;
      queue.push(chunk);
      bytes += chunk.length;
      // The reader goes on after the network's whole read was pushed, and so finds all of it.
      wake();
      if (bytes < full || paused) return;
      paused = true;
      flow.pause();
    },
    end: close,
    fail(error) {
      if (state === 'ended') return;
      queue = [];
      bytes = 0;
      failure = error;
      close();
    },
    chunks: {
      async next() {
        if (queue.length === 0 && state === 'open') {
          waiting = Promise.withResolvers<void>();
          await waiting.promise;
        }
        return take();
      },
      async return() {
        queue = [];
        if (state === 'open') {
          state = 'left';
          if (paused) flow.resume();
          timer = setTimeout(() => flow.abort(new Error('left')), linger);
        }
        return done;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}

const full = 64 * 1024;
const done: IteratorResult<Uint8Array> = { value: undefined, done: true };
