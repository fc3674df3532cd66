import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/core/assemble.ts';
import type { ChatEvents } from '../../src/core/chat.ts';
import { say, sayAndHang, toAnswer } from '../support/fake-backend.ts';
import { noTimers, openRaw, startServer, writeRequest } from './start.ts';

const streamed = { prompt: 'hi', stream: true };

/** Settles when a question is given up. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal === undefined) return reject(new Error('nothing was asked'));
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 2));
}

describe('a client that leaves', () => {
  it.each(['destroy', 'resetAndDestroy', 'end'] as const)(
    'in the middle of a stream (%s) ends the work at once',
    async how => {
      const { port, backend, record } = await startServer({ limits: noTimers });
      let given = false;
      backend.answer(async function* ({ signal }) {
        try {
          yield* sayAndHang(signal, 'one');
        } finally {
          given = true;
        }
      });
      const raw = openRaw(port, writeRequest('/v1/messages', streamed));
      await raw.until('"one"');
      raw.socket[how]();
      await aborted(backend.asked[0]?.signal);
      expect(await record()).toMatchObject({ cancelled: true, status: 200, stream: true });
      await until(() => given);
    },
  );

  it('before the first byte ends the work at once', async () => {
    const { port, backend, record } = await startServer({ limits: noTimers });
    backend.answer(() => new Promise(() => undefined));
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    await until(() => backend.asked.length === 1);
    raw.socket.destroy();
    await aborted(backend.asked[0]?.signal);
    expect(await record()).toMatchObject({ cancelled: true });
  });

  it('while its whole answer is made ends the work at once', async () => {
    const { port, backend, record } = await startServer({ limits: noTimers });
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const raw = openRaw(port, writeRequest('/v1/chat/completions', { prompt: 'hi' }));
    await until(() => backend.asked.length === 1);
    raw.socket.destroy();
    await aborted(backend.asked[0]?.signal);
    expect(await record()).toMatchObject({ cancelled: true, stream: false });
  });

  it('while only heartbeats come ends the work at once', async () => {
    const { port, backend, record } = await startServer({ limits: { ...noTimers, firstByteWait: 5 } });
    backend.answer(() => new Promise(() => undefined));
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    await raw.until(': wait\n\n');
    raw.socket.destroy();
    await aborted(backend.asked[0]?.signal);
    expect(await record()).toMatchObject({ cancelled: true });
  });

  it('leaves no request open and no unhandled failure, also when the vendor never gives up', async () => {
    const { port, backend, server, record } = await startServer();
    const late = Promise.withResolvers<never>();
    backend.answer(() => late.promise);
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    await until(() => backend.asked.length === 1);
    expect(server.open()).toBe(1);
    raw.socket.destroy();
    await record();
    expect(server.open()).toBe(0);
    late.reject(new Error('far too late'));
    await new Promise(resolve => setTimeout(resolve, 5));
  });

  it('right after the last event has cancelled nothing', async () => {
    const { port, backend, record, records } = await startServer();
    // The vendor's connection stays open after its last event.
    backend.answer(async ({ chat }) => {
      const answer = toAnswer(say('all'), chat);
      async function* events(): ChatEvents {
        yield* answer.events;
        await record();
      }
      return { ...answer, events: events() };
    });
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    await raw.until('event: finish');
    raw.socket.destroy();
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({ cancelled: false, usage: { outputTokens: 1 } });
    expect(backend.asked[0]?.signal.aborted).toBe(false);
  });

  it('between requests on one connection has cancelled nothing', async () => {
    const { port, backend, record } = await startServer();
    const raw = openRaw(port, writeRequest('/v1/messages', { prompt: 'one' }));
    await raw.until('Hello there');
    raw.socket.destroy();
    expect(await record()).toMatchObject({ cancelled: false, status: 200 });
    expect(backend.asked[0]?.signal.aborted).toBe(false);
  });
});

describe('a client that reads slowly', () => {
  const chunk = 'x'.repeat(64 * 1024);

  /** Says the chunk for ever, and counts. */
  function count(): { said: number; answer(): AsyncGenerator<readonly Delta[]> } {
    const counted = {
      said: 0,
      async *answer(): AsyncGenerator<readonly Delta[]> {
        for (; counted.said < 2000; counted.said += 1) yield [{ type: 'text', text: chunk }];
      },
    };
    return counted;
  }

  /** Settles when nothing more is taken; gives how much was. */
  async function heldBack(counted: { readonly said: number }): Promise<number> {
    for (let before = -1; counted.said === 0 || counted.said !== before; ) {
      before = counted.said;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return counted.said;
  }

  it('holds the vendor back, and takes little memory', async () => {
    const { port, backend } = await startServer();
    const counted = count();
    backend.answer(counted.answer);
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    raw.socket.pause();
    const before = await heldBack(counted);
    // What the kernel's buffers of both ends hold is all that was taken.
    expect(counted.said * chunk.length).toBeLessThan(16_000_000);
    raw.socket.resume();
    await until(() => counted.said > before + 50);
    raw.socket.destroy();
  });

  it('counts as gone when it takes nothing for too long', async () => {
    const { port, backend, record } = await startServer({ limits: { stallTimeout: 60 } });
    backend.answer(count().answer);
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    raw.socket.pause();
    expect(await record()).toMatchObject({ cancelled: true });
    expect(backend.asked[0]?.signal.aborted).toBe(true);
  });

  it('that leaves while it is held back ends the work at once', async () => {
    const { port, backend, record } = await startServer({ limits: noTimers });
    const counted = count();
    backend.answer(counted.answer);
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    raw.socket.pause();
    await heldBack(counted);
    raw.socket.destroy();
    await aborted(backend.asked[0]?.signal);
    expect(await record()).toMatchObject({ cancelled: true });
    expect(counted.said).toBeLessThan(2000);
  });
});
