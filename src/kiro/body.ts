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

const full = 64 * 1024;
const done: IteratorResult<Uint8Array> = { value: undefined, done: true };

/**
 * Holds the sender back while nobody reads. A reader that leaves before the end gives the sender `linger` milliseconds
 * to end by itself, which keeps the connection for the next request; then it is cut.
 */
export function createBody(flow: Flow, linger = 25): Body {
  let queue: Uint8Array[] = [];
  let bytes = 0;
  let state: 'open' | 'left' | 'ended' = 'open';
  let failure: Error | undefined;
  let paused = false;
  let waiting: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const finish = (): void => {
    state = 'ended';
    clearTimeout(timer);
  };

  return {
    push(chunk) {
      if (state !== 'open') return;
      if (waiting !== undefined) {
        waiting.resolve({ value: chunk, done: false });
        waiting = undefined;
        return;
      }
      queue.push(chunk);
      bytes += chunk.length;
      if (bytes < full || paused) return;
      paused = true;
      flow.pause();
    },
    end() {
      finish();
      waiting?.resolve(done);
      waiting = undefined;
    },
    fail(error) {
      if (state === 'ended') return;
      finish();
      queue = [];
      if (waiting === undefined) failure = error;
      else waiting.reject(error);
      waiting = undefined;
    },
    chunks: {
      next() {
        const value = queue.shift();
        if (value !== undefined) {
          bytes -= value.length;
          if (paused && bytes < full / 2) {
            paused = false;
            flow.resume();
          }
          return Promise.resolve({ value, done: false });
        }
        if (failure !== undefined) {
          const error = failure;
          failure = undefined;
          return Promise.reject(error);
        }
        if (state !== 'open') return Promise.resolve(done);
        waiting = Promise.withResolvers<IteratorResult<Uint8Array>>();
        return waiting.promise;
      },
      return() {
        queue = [];
        if (state === 'open') {
          state = 'left';
          if (paused) flow.resume();
          timer = setTimeout(() => flow.abort(new Error('left')), linger);
        }
        return Promise.resolve(done);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
