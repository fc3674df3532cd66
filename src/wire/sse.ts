// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html defines them.
import { createSilence } from './silence.ts';

export interface SseEvent {
  readonly event?: string;
  /** One line: JSON has no raw line ends. */
  readonly data: string;
}

export interface HeartbeatOptions {
  /** The text for a silence, as whole SSE text; empty for none. `started` says whether an event went out before. */
  heartbeat(started: boolean): string;
  /** Milliseconds of silence before each; 0 for no heartbeats. */
  readonly every: number;
}

/** The text of one batch of events, to be written at once. */
export function writeSse(events: readonly SseEvent[]): string {
  let text = '';
  for (const { event, data } of events) {
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  }
  return text;
}

/**
 * The text of each batch, and heartbeats while the next one is waited for. It asks its source for a batch only when
 * it is asked itself. `return()` ends it at once, also in the middle of a wait: a generator would finish the wait first.
 */
export function streamSse(
  batches: AsyncIterable<readonly SseEvent[]>,
  options: HeartbeatOptions,
): AsyncIterableIterator<string, undefined> {
  const source = batches[Symbol.asyncIterator]();
  // A heartbeat may have answered the request that the running read was started for.
  let waiting: PromiseWithResolvers<IteratorResult<string, undefined>> | undefined;
  let arrived: Arrival | undefined;
  let isReading = false;
  let isStarted = false;
  let isOver = false;

  const silence = createSilence(options.every, () => {
    const text = options.heartbeat(isStarted);
    if (text !== '') hand(text);
  });
  const hand = (text: string): void => {
    silence.end();
    waiting?.resolve({ done: false, value: text });
    waiting = undefined;
  };

  const advance = (): void => {
    if (arrived !== undefined) {
      deliver(arrived);
    } else if (!isReading) {
      isReading = true;
      source.next().then(
        result => arrive({ result }),
        (error: unknown) => arrive({ error }),
      );
    }
  };
  const arrive = (arrival: Arrival): void => {
    isReading = false;
    arrived = arrival;
    if (waiting !== undefined) deliver(arrival);
  };
  const deliver = (arrival: Arrival): void => {
    arrived = undefined;
    if ('error' in arrival) {
      end()?.reject(arrival.error);
    } else if (arrival.result.done) {
      end()?.resolve(done);
    } else if (arrival.result.value.length === 0) {
      advance();
    } else {
      isStarted = true;
      hand(writeSse(arrival.result.value));
    }
  };
  const end = (): typeof waiting => {
    isOver = true;
    silence.close();
    const last = waiting;
    waiting = undefined;
    return last;
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (isOver) return Promise.resolve(done);
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      silence.begin();
      advance();
      return promise;
    },
    async return() {
      if (isOver) return done;
      end()?.resolve(done);
      const returned = Promise.resolve(source.return?.());
      // Behind a running read a generator returns only when the read does, which may be never.
      if (isReading) returned.catch(() => undefined);
      else await returned;
      return done;
    },
  };
}

type Arrival = { readonly result: IteratorResult<readonly SseEvent[]> } | { readonly error: unknown };
const done = { done: true, value: undefined } as const;
