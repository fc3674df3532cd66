import { describe, expect, it } from 'vitest';
import { ChatError, type ErrorKind } from '../../src/core/errors.ts';
import { createCounts } from '../../src/kiro/counts.ts';

const failure = (kind: ErrorKind, code?: string): ChatError =>
  new ChatError(kind, 'No.', code === undefined ? {} : { code });
const idle = { running: 0, waiting: 0 };

describe('what is counted of the service', () => {
  it('is what runs and what waits, before anything happened', () => {
    expect(createCounts().readings({ running: 2, waiting: 3 })).toEqual([
      { name: 'kiro_gw_generations', help: expect.any(String), type: 'gauge', value: 2 },
      { name: 'kiro_gw_queue', help: expect.any(String), type: 'gauge', value: 3 },
    ]);
  });

  it('is every failure, retry and renewal by its reason', () => {
    const counts = createCounts();
    counts.failed(failure('rate', 'SLOW_DOWN'));
    counts.failed(failure('rate', 'SLOW_DOWN'));
    counts.failed(failure('network'));
    counts.retried(failure('network'));
    counts.renewed('done');
    counts.renewed('failed');
    counts.renewed('failed');
    const told = counts.readings(idle).slice(2);
    expect(told.map(({ name, type, labels, value }) => [name, type, labels, value])).toEqual([
      ['kiro_gw_upstream_errors_total', 'counter', { reason: 'SLOW_DOWN' }, 2],
      ['kiro_gw_upstream_errors_total', 'counter', { reason: 'network' }, 1],
      ['kiro_gw_retries_total', 'counter', { reason: 'network' }, 1],
      ['kiro_gw_refreshes_total', 'counter', { outcome: 'done' }, 1],
      ['kiro_gw_refreshes_total', 'counter', { outcome: 'failed' }, 2],
    ]);
  });

  it('is no failure when the client left', () => {
    const counts = createCounts();
    counts.failed(failure('cancelled'));
    expect(counts.readings(idle)).toHaveLength(2);
  });

  it('stays bounded, whatever words the service finds', () => {
    const counts = createCounts();
    for (let word = 0; word < 60; word += 1) counts.failed(failure('upstream', `WORD_${word}`));
    counts.failed(failure('upstream', 'WORD_0'));
    const told = new Map(
      counts
        .readings(idle)
        .slice(2)
        .map(({ labels, value }) => [labels?.['reason'], value]),
    );
    expect(told.size).toBe(51);
    expect(told.get('WORD_0')).toBe(2);
    expect(told.get('WORD_49')).toBe(1);
    expect(told.get('other')).toBe(10);
  });
});
