import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Counts } from '../scripts/bench/counts.ts';

// Work is counted and not timed, so no other load can trip it. In a process of its own: it counts for all that runs there.
describe.each(['/v1/messages', '/v1/chat/completions', '/v1/responses'])('an answer through %s', api => {
  let counts: Record<'short' | 'long' | 'paced' | 'large', Counts>;
  beforeAll(async () => {
    counts = (await everything)[api] ?? expect.unreachable();
  });

  it('neither writes nor reads JSON for an event whose text needs no escapes', () => {
    const { short, long } = counts;
    expect(long.stringifies).toBe(short.stringifies);
    expect(long.parses).toBe(short.parses);
  });

  it('is written once for each chunk that the network brought, its end with the last', () => {
    const { short, long, paced } = counts;
    expect(short.writes).toBe(1);
    expect(long.writes).toBeLessThanOrEqual(2);
    expect(paced.writes).toBeLessThanOrEqual(101);
  });

  it('costs a fixed amount besides, however long it is', () => {
    for (const { timers, controllers, aborts } of Object.values(counts)) {
      expect(aborts).toBe(0);
      expect(controllers).toBeLessThanOrEqual(2);
      expect(timers).toBeLessThanOrEqual(8);
    }
    expect(counts.short.parses).toBeLessThanOrEqual(4);
    expect(counts.short.stringifies).toBeLessThanOrEqual(14);
    expect(counts.paced.stringifies).toBe(counts.long.stringifies);
  });

  it('moves its events no more than once, and a question of any size once', () => {
    const { short, long, large } = counts;
    expect(long.moved).toBe(short.moved);
    expect(large.moved - short.moved).toBeLessThanOrEqual(1_001_000);
    expect(large.parsed - short.parsed).toBe(1_000_000);
  });
});

const everything = promisify(execFile)(process.execPath, [join(import.meta.dirname, '../scripts/bench/counts.ts')], {
  timeout: 30_000,
}).then(({ stdout }) => JSON.parse(stdout) as Record<string, Record<'short' | 'long' | 'paced' | 'large', Counts>>);
