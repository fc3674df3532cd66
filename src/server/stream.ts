import type { ServerResponse } from 'node:http';
import { nextTick } from 'node:process';
import { sendSse } from '../wire/sse.ts';
import type { Exchange } from './exchange.ts';
import type { Limits } from './options.ts';

/** Begins a streamed answer. */
export function beginStream(exchange: Exchange, headers: Readonly<Record<string, string>>): void {
  exchange.response.writeHead(200, {
    ...exchange.headers,
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
}

/**
 * Writes a streamed answer, one write for all that is there at a time, and waits for a slow client before it takes more.
 * Settles when the answer is whole or the client has left; the source is given up in any case.
 */
export async function sendStream(
  exchange: Exchange,
  texts: AsyncIterable<string>,
  limits: Pick<Limits, 'heartbeat' | 'stallTimeout'>,
): Promise<void> {
  const { response, dialect } = exchange;
  const outbox = createOutbox(response);
  const write = (text: string): boolean | Promise<boolean> => {
    if (response.destroyed) return false;
    exchange.notes.firstByteMs ??= exchange.elapsed();
    exchange.witness?.response(text);
    outbox.add(text);
    return !response.writableNeedDrain || drained(response, limits.stallTimeout);
  };
  try {
    await sendSse(texts, { heartbeat: started => dialect.heartbeat(started), every: limits.heartbeat, write });
  } catch (thrown) {
    outbox.flush();
    throw thrown;
  }
  if (!response.destroyed) outbox.end();
}

interface Outbox {
  add(text: string): void;
  /** Writes what is held now. */
  flush(): void;
  end(): void;
}

/** Every write is a call into the system: what follows without a wait goes out together, the end with it. */
function createOutbox(response: ServerResponse): Outbox {
  let held = '';
  const take = (): string => {
    const text = held;
    held = '';
    return text;
  };
  const flush = (): void => {
    if (held !== '' && !response.destroyed) response.write(take());
  };
  return {
    add(text) {
      if (held === '') nextTick(flush);
      held += text;
      if (held.length >= full) flush();
    },
    flush,
    end() {
      response.end(take());
    },
  };
}

// The client takes nothing more: what is written would pile up in memory. Gives whether it is still there.
function drained(response: ServerResponse, stallTimeout: number): Promise<boolean> {
  return new Promise(resolve => {
    const go = (): void => {
      clearTimeout(timer);
      response.off('drain', go).off('close', go);
      resolve(!response.destroyed);
    };
    const timer = setTimeout(() => response.destroy(), stallTimeout);
    response.on('drain', go).on('close', go);
    if (response.destroyed || !response.writableNeedDrain) go();
  });
}

const full = 64 * 1024;
