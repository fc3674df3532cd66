import { describe, expect, it } from 'vitest';
import { type ScriptedAnswer, startEmulator } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, question, user } from './request.ts';

const emulator = useEmulator();

const patience = { interval: 2 };
const body = question(user('Hi'));
const send = (answer: ScriptedAnswer, signal?: AbortSignal): Promise<Response> => {
  emulator.next(answer);
  return ask(emulator, signal === undefined ? { body } : { body, signal });
};

describe('a client that leaves', () => {
  it.each<[string, ScriptedAnswer]>([
    ['a hanging answer', ['a', { hang: true }]],
    ['a long pause', ['a', { pause: 60_000 }, 'b']],
    ['a delay before the headers', { steps: ['a'], delay: 60_000 }],
    ['a lingering connection', { steps: ['a'], linger: 60_000 }],
    ['an endless stream', { steps: Array.from({ length: 100 }, () => 'a'.repeat(200_000)), write: 'frame' }],
  ])('ends %s, and the moment is remembered', async (_, script) => {
    const leave = new AbortController();
    const answered = send(script, leave.signal).then(
      async response => void (await response.body?.getReader().read()),
      () => undefined,
    );
    await expect.poll(() => emulator.requests.length, patience).toBe(1);
    if (!('delay' in script)) await answered;
    const leftAt = performance.now();
    leave.abort();
    await expect.poll(() => emulator.requests[0]?.closedAt, patience).toBeGreaterThan(0);
    expect(emulator.requests[0]?.closedAt).toBeGreaterThanOrEqual(leftAt);
    // It would have gone on for a minute, or for ever.
    expect((emulator.requests[0]?.closedAt ?? 0) - leftAt).toBeLessThan(40_000);
    expect(emulator.requests[0]?.finishedAt).toBeUndefined();
    await answered;
  });

  it('is told from one that stayed', async () => {
    await (await send(['a'])).text();
    await expect.poll(() => emulator.requests[0]?.finishedAt, patience).toBeGreaterThan(0);
    expect(emulator.requests[0]?.closedAt).toBeUndefined();
  });

  it('does not keep the emulator from closing', async () => {
    const other = await startEmulator();
    other.next([{ hang: true }]);
    const response = await ask(other, { body });
    const text = response.text().catch(() => 'broken off');
    await other.close();
    expect(await text).toBe('broken off');
  });
});
