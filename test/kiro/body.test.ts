import { describe, expect, it } from 'vitest';
import { createBody } from '../../src/kiro/body.ts';
import { systemClock } from '../../src/kiro/clock.ts';

function start(linger?: number) {
  const told: string[] = [];
  const flow = {
    pause: () => void told.push('pause'),
    resume: () => void told.push('resume'),
    abort: (reason: Error) => void told.push(`abort ${reason.message}`),
  };
  return { told, body: createBody(flow, linger) };
}
const bytes = (text: string): Uint8Array => Buffer.from(text);
const textOf = (step: IteratorResult<Uint8Array>): string | undefined =>
  step.done === true ? undefined : Buffer.from(step.value).toString();

describe('a body between the network and its reader', () => {
  it('hands over what came, and ends', async () => {
    const { body, told } = start();
    body.push(bytes('a'));
    body.push(bytes('b'));
    expect(textOf(await body.chunks.next())).toBe('ab');
    const waiting = body.chunks.next();
    body.push(bytes('c'));
    body.push(bytes('d'));
    expect(textOf(await waiting)).toBe('cd');
    body.push(bytes('e'));
    body.end();
    expect(textOf(await body.chunks.next())).toBe('e');
    expect(await body.chunks.next()).toEqual({ value: undefined, done: true });
    expect(told).toEqual([]);
  });

  it('hands one chunk over as it is', async () => {
    const { body } = start();
    const chunk = bytes('a');
    body.push(chunk);
    expect((await body.chunks.next()).value).toBe(chunk);
  });

  it('ends a reader that waits', async () => {
    const { body } = start();
    const waiting = body.chunks.next();
    body.end();
    expect(await waiting).toMatchObject({ done: true });
  });

  it('holds the sender back from 64 KiB on, once, until they are read', async () => {
    const { body, told } = start();
    body.push(Buffer.alloc(64 * 1024 - 1));
    expect(told).toEqual([]);
    body.push(bytes('a'));
    body.push(bytes('b'));
    expect(told).toEqual(['pause']);
    expect((await body.chunks.next()).value).toHaveLength(64 * 1024 + 1);
    expect(told).toEqual(['pause', 'resume']);
    body.push(bytes('c'));
    await body.chunks.next();
    expect(told).toHaveLength(2);
  });

  it('fails once, and drops what was not read', async () => {
    const { body } = start();
    body.push(bytes('a'));
    body.fail(new Error('broken'));
    await expect(body.chunks.next()).rejects.toThrow('broken');
    expect(await body.chunks.next()).toMatchObject({ done: true });
    const waiting = start();
    const next = waiting.body.chunks.next();
    waiting.body.fail(new Error('broken'));
    await expect(next).rejects.toThrow('broken');
    const ended = start();
    ended.body.end();
    ended.body.fail(new Error('late'));
    expect(await ended.body.chunks.next()).toMatchObject({ done: true });
  });

  it('lets the sender end by itself when the reader leaves, and cuts it if it does not', async () => {
    const { body, told } = start(5);
    body.push(Buffer.alloc(64 * 1024));
    expect(await body.chunks.return?.()).toMatchObject({ done: true });
    expect(told).toEqual(['pause', 'resume']);
    body.push(bytes('after'));
    await expect.poll(() => told.at(-1)).toBe('abort left');
    const polite = start(20);
    await polite.body.chunks.return?.();
    polite.body.end();
    await polite.body.chunks.return?.();
    await new Promise(resolve => setTimeout(resolve, 40));
    expect(polite.told).toEqual([]);
  });
});

describe('the clock', () => {
  it('sleeps until it is time, or until it is called off', async () => {
    await systemClock.sleep(1);
    const leaving = new AbortController();
    const sleeping = systemClock.sleep(60_000, leaving.signal);
    leaving.abort();
    await expect(sleeping).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(systemClock.sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('runs something later, unless it is called off', async () => {
    const told: string[] = [];
    const callOff = systemClock.after(1, () => void told.push('never'));
    callOff();
    await new Promise<void>(resolve => void systemClock.after(5, resolve));
    expect(told).toEqual([]);
    const random = systemClock.random();
    expect(random >= 0 && random < 1).toBe(true);
  });
});
