import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/kiro/gate.ts';
import type { Asker } from '../../src/kiro/turns.ts';
import { manualClock, settle } from './support/clock.ts';

const never = new AbortController().signal;
const [a, b, c] = [{ client: 'a' }, { client: 'b' }, { client: 'c' }];

describe('the gate for generations', () => {
  it('lets everything in when it has no limit', async () => {
    for (const maxConcurrent of [undefined, 0]) {
      const gate = createGate({ maxConcurrent }, manualClock());
      await Promise.all(Array.from({ length: 300 }, () => gate.enter(a, never)));
    }
  });

  it('holds back more than its number until one has ended', async () => {
    const gate = createGate({ maxConcurrent: 2 }, manualClock());
    const leave = await gate.enter(a, never);
    await gate.enter(a, never);
    let isIn = false;
    const third = gate.enter(a, never).then(giveBack => {
      isIn = true;
      return giveBack;
    });
    await settle();
    expect(isIn).toBe(false);
    leave();
    leave();
    await third;
    let isFourthIn = false;
    void gate.enter(a, never).then(() => {
      isFourthIn = true;
    });
    await settle();
    expect(isFourthIn).toBe(false);
  });

  /** Lets these wait behind one that runs; gives the order in which they come in. */
  async function orderOf(askers: readonly Asker[]): Promise<readonly string[]> {
    const gate = createGate({ maxConcurrent: 1 }, manualClock());
    const order: string[] = [];
    let leave = await gate.enter({ client: 'start' }, never);
    for (const asker of askers) {
      void gate.enter(asker, never).then(giveBack => {
        order.push(`${asker.client ?? ''}${asker.session ?? ''}`);
        leave = giveBack;
      });
    }
    for (const _ of askers) {
      leave();
      await settle();
    }
    expect(gate.load()).toEqual({ running: 1, waiting: 0 });
    return order;
  }

  it('takes waiting clients in turn, however many requests one of them has', async () => {
    expect(await orderOf([a, a, a, a, b, c, b])).toEqual(['a', 'b', 'c', 'a', 'b', 'a', 'a']);
  });

  it('takes the conversations of a client in turn, and gives it no more turns for them', async () => {
    const conversations = ['1', '1', '1', '2', '3'].map(session => ({ client: 'a', session }));
    expect(await orderOf([...conversations, b, b, { session: '9' }])).toEqual([
      ...['a1', 'b', '9', 'a2'],
      ...['b', 'a3', 'a1', 'a1'],
    ]);
  });

  it('has room in a full queue for a client that has less in it than another, which is told so', async () => {
    const gate = createGate({ maxConcurrent: 1, maxWaiting: 3 }, manualClock());
    const leave = await gate.enter(a, never);
    const told: string[] = [];
    const enter = (asker: Asker): Promise<unknown> => {
      const name = `${asker.client}${asker.session ?? ''}`;
      return gate.enter(asker, never).then(
        giveBack => {
          told.push(`${name} in`);
          giveBack();
        },
        error => void told.push(`${name} ${error.code}`),
      );
    };
    const conversations = ['1', '2', '3'].map(session => enter({ client: 'a', session }));
    const other = enter(b);
    await settle();
    expect(told).toEqual(['a3 QUEUE_FULL']);
    expect(gate.load()).toEqual({ running: 1, waiting: 3 });
    // Now neither has more than the other could have.
    await Promise.all([enter(b), enter(a)]);
    expect(told.splice(0)).toEqual(['a3 QUEUE_FULL', 'b QUEUE_FULL', 'a QUEUE_FULL']);
    leave();
    await Promise.all([...conversations, other]);
    expect(told).toEqual(['a1 in', 'b in', 'a2 in']);
  });

  it('forgets a client that leaves its queue, and no other', async () => {
    const gate = createGate({ maxConcurrent: 1 }, manualClock());
    const leave = await gate.enter(a, never);
    const leaving = new AbortController();
    const left = gate.enter(a, leaving.signal);
    const next = gate.enter(a, never);
    const last = gate.enter(a, never);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ kind: 'cancelled' });
    leave();
    (await next)();
    (await last)();
  });

  it('refuses beyond its queue, and says when to come back', async () => {
    const gate = createGate({ maxConcurrent: 1, maxWaiting: 1 }, manualClock());
    await gate.enter(a, never);
    void gate.enter(a, never);
    await expect(gate.enter(b, never)).rejects.toMatchObject({ kind: 'rate', code: 'QUEUE_FULL', retryAfter: 5 });
  });

  it('forgets a client that left while it waited', async () => {
    const gate = createGate({ maxConcurrent: 1, maxWaiting: 1 }, manualClock());
    const leave = await gate.enter(a, never);
    const client = new AbortController();
    const waiting = gate.enter(b, client.signal);
    client.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(gate.enter(b, client.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    const next = gate.enter(c, never);
    leave();
    await next;
  });

  it('keeps starts apart, and gives the place back when a client leaves meanwhile', async () => {
    const clock = manualClock();
    const begin = clock.now();
    const gate = createGate({ maxConcurrent: 3, minInterval: 100 }, clock);
    const starts: number[] = [];
    for (let count = 0; count < 2; count += 1) void gate.enter(a, never).then(() => starts.push(clock.now() - begin));
    const client = new AbortController();
    const leaving = gate.enter(a, client.signal);
    await settle();
    client.abort();
    await expect(leaving).rejects.toMatchObject({ kind: 'cancelled' });
    void gate.enter(a, never).then(() => starts.push(clock.now() - begin));
    await clock.advance(1000);
    expect(starts).toEqual([0, 100, 300]);
  });
});
