import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { createCooldown, type Pass } from '../../src/kiro/cooldown.ts';
import { manualClock, settle } from './support/clock.ts';

const refusal = new ChatError('rate', 'slow down', { code: 'USER_REQUEST_RATE_EXCEEDED' });
const never = new AbortController().signal;
const far = Number.POSITIVE_INFINITY;

async function start() {
  const clock = manualClock();
  const cooldown = createCooldown(clock);
  const entered: Pass[] = [];
  const enter = (signal = never, until = far): Promise<void> =>
    cooldown.enter(until, signal).then(pass => void entered.push(pass));
  (await cooldown.enter(far, never)).refused(refusal, 10_000);
  return { clock, entered, enter };
}

describe('the cooling after a rate refusal', () => {
  it('holds nobody back before there was one', async () => {
    const cooldown = createCooldown(manualClock());
    await Promise.all(Array.from({ length: 5 }, () => cooldown.enter(far, never)));
  });

  it('makes all wait together, lets one go first, and the others follow its success', async () => {
    const { clock, entered, enter } = await start();
    for (let count = 0; count < 5; count += 1) void enter();
    await clock.advance(9999);
    expect(entered).toHaveLength(0);
    await clock.advance(1);
    expect(entered).toHaveLength(1);
    await clock.advance(60_000);
    expect(entered).toHaveLength(1);
    entered[0]?.answered();
    await settle();
    expect(entered).toHaveLength(5);
  });

  it('starts anew when the first one is refused again', async () => {
    const { clock, entered, enter } = await start();
    for (let count = 0; count < 3; count += 1) void enter();
    await clock.advance(10_000);
    entered[0]?.refused(refusal, 5000);
    await clock.advance(4999);
    expect(entered).toHaveLength(1);
    await clock.advance(1);
    expect(entered).toHaveLength(2);
  });

  it('lets another one go first when the first one leaves without an answer', async () => {
    const { clock, entered, enter } = await start();
    void enter();
    void enter();
    await clock.advance(10_000);
    // What failed for another reason says nothing against the rate.
    entered[0]?.answered();
    await settle();
    expect(entered).toHaveLength(2);
  });

  it('spreads those who follow', async () => {
    const clock = manualClock(0.5);
    const cooldown = createCooldown(clock, 1000);
    (await cooldown.enter(far, never)).refused(refusal, 1000);
    const entered: Pass[] = [];
    for (let count = 0; count < 3; count += 1) void cooldown.enter(far, never).then(pass => entered.push(pass));
    await clock.advance(1000);
    entered[0]?.answered();
    await clock.advance(499);
    expect(entered).toHaveLength(1);
    await clock.advance(1);
    expect(entered).toHaveLength(3);
  });

  it('refuses at once whose time would not suffice, and says when to come back', async () => {
    const { clock, enter } = await start();
    await expect(enter(never, clock.now() + 5000)).rejects.toMatchObject({
      kind: 'rate',
      code: 'USER_REQUEST_RATE_EXCEEDED',
      retryAfter: 10,
    });
  });

  it('lets a client leave at any time', async () => {
    const { clock, entered, enter } = await start();
    const first = new AbortController();
    const sleeping = enter(first.signal);
    await settle();
    first.abort();
    await expect(sleeping).rejects.toMatchObject({ kind: 'cancelled' });
    void enter();
    await clock.advance(10_000);
    const second = new AbortController();
    const behindTheFirst = enter(second.signal);
    void enter();
    await settle();
    second.abort();
    await expect(behindTheFirst).rejects.toMatchObject({ kind: 'cancelled' });
    expect(entered).toHaveLength(1);
    entered[0]?.answered();
    await settle();
    expect(entered).toHaveLength(2);
  });
});
