import { describe, expect, it } from 'vitest';
import { createWatch } from '../../src/kiro/watch.ts';
import { manualClock, settle } from './support/clock.ts';

function start() {
  const clock = manualClock();
  const client = new AbortController();
  const said: string[] = [];
  const keep = (message: string): void => void said.push(message);
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const patience = { firstToken: 100_000, silence: 300_000, warn: 60_000 };
  return { clock, client, said, watch: createWatch(patience, clock, client.signal, log) };
}

describe('the watch over an attempt', () => {
  it('ends it when the first token does not come in time, however much else comes', async () => {
    const { clock, watch } = start();
    await clock.advance(99_000);
    watch.touch();
    expect(watch.signal.aborted).toBe(false);
    await clock.advance(1000);
    expect(watch.signal.aborted).toBe(true);
    expect(watch.explain(new Error('aborted'))).toMatchObject({ kind: 'timeout', code: 'FIRST_TOKEN_TIMEOUT' });
  });

  it('warns once of a silence, and ends the attempt when it lasts', async () => {
    const { clock, said, watch } = start();
    watch.started();
    await clock.advance(59_000);
    watch.touch();
    await clock.advance(59_000);
    expect(said).toEqual([]);
    await clock.advance(1000);
    expect(said).toHaveLength(1);
    await clock.advance(239_000);
    expect(watch.signal.aborted).toBe(false);
    await clock.advance(1000);
    expect(watch.signal.aborted).toBe(true);
    expect(said).toHaveLength(1);
    expect(watch.explain(new Error('aborted'))).toMatchObject({ kind: 'timeout', code: 'STREAM_SILENT' });
  });

  it('ends the attempt when the client leaves, and leaves failures of others as they are', async () => {
    const { client, watch } = start();
    const failure = new Error('other');
    expect(watch.explain(failure)).toBe(failure);
    client.abort();
    expect(watch.signal.aborted).toBe(true);
    expect(watch.explain(failure)).toBe(failure);
  });

  it('leaves nothing behind', async () => {
    const { clock, client, watch } = start();
    await settle();
    expect(clock.sleeping).toHaveLength(1);
    watch.stop();
    await settle();
    expect(clock.sleeping).toEqual([]);
    client.abort();
    expect(watch.signal.aborted).toBe(false);
  });
});
