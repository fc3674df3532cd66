import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/cli/log.ts';
import { cut, shortNumber, shortTime, writeTable } from '../../src/cli/print.ts';
import { writeRequestLine } from '../../src/cli/request-line.ts';
import { createScreen, createTestWorld } from '../support/world.ts';

describe('the line of a request', () => {
  const record = {
    id: 'r',
    method: 'POST',
    path: '/v1/messages',
    route: '/messages',
    status: 200,
    client: 'claude-cli/2.1.330',
    model: 'claude-sonnet-4.5',
    usage: { inputTokens: 12_345, outputTokens: 678, credits: 0.01692 },
    cancelled: false,
    firstByteMs: 812.4,
    totalMs: 3210,
  };
  const screen = createScreen({ terminal: true, columns: 200 });

  it('says who asked what, what it took and how long', () => {
    expect(writeRequestLine(record, 0, screen).slice(8)).toBe(
      '  200  POST /v1/messages  claude-sonnet-4.5  claude-cli/2.1.330  12.3k in, 678 out  0.017 credits  812ms / 3.2s\n',
    );
  });

  it('says why it failed, in whole and within the screen', () => {
    const failed = { ...record, status: 429, message: `Slow\ndown. ${'x'.repeat(300)}`, usage: undefined };
    const { usage: _, ...bare } = failed;
    const narrow = createScreen({ terminal: true, columns: 90 });
    const line = writeRequestLine(bare, 0, narrow);
    const [first, ...below] = line.trimEnd().split('\n');
    expect(first).toMatch(/ {2}429 {2}claude-sonnet-4\.5 {2}812ms \/ 3\.2s {2}claude-cli/);
    for (const text of below) expect(text).toMatch(/^ {10}\S.{0,79}$/);
    expect(below.join('').replaceAll(/\s/g, '')).toBe(`Slowdown.${'x'.repeat(300)}`);
    expect(writeRequestLine({ ...bare, message: 'Slow\ndown.' }, 0, screen)).toContain('Slow down.');
  });
});

describe('the log', () => {
  const secrets = ['ksk_0123456789abcdef', 'aorAAAAAAAAAAAAAAAA', 'eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0'];

  it.each(['text', 'json'] as const)('blots out secrets wherever they stand (%s)', logFormat => {
    const world = createTestWorld();
    const log = createLog({ logFormat, logLevel: 'debug' }, world);
    const [key = '', token = '', jwt = ''] = secrets;
    log.info(`with ${key} in it`, {
      accessToken: 'opaque',
      deep: { refreshToken: 'opaque', at: { clientSecret: 'opaque' } },
    });
    log.error('failed', {
      fault: new Error(`Bearer ${token}`),
      headers: { authorization: 'Bearer opaque-token' },
      text: jwt,
    });
    for (const secret of [...secrets, 'opaque']) expect(world.errors.text()).not.toContain(secret);
    expect(world.errors.text()).toContain('in it');
  });

  it('says no more than its level', () => {
    const world = createTestWorld();
    const log = createLog({ logFormat: 'text', logLevel: 'warn' }, world);
    log.info('quiet');
    log.warn('loud', { times: 2 });
    expect(world.errors.text()).toMatch(/^\d\d:\d\d:\d\d warning: loud times=2\n$/);
  });
});

describe('a line of the log', () => {
  it('is one JSON object for programs: when, how bad, the fields, and the message last', () => {
    const world = createTestWorld();
    const log = createLog({ logFormat: 'json', logLevel: 'info' }, world);
    const fields = { id: 'a\nb', size: 2n, none: undefined, cause: new TypeError('broken') };
    log.warn('two\nlines', fields);
    log.debug('quiet');
    const text = world.errors.text();
    expect(text.match(/\n/g)).toHaveLength(1);
    const line = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(line)).toEqual(['level', 'time', 'id', 'size', 'cause', 'msg']);
    expect(line).toMatchObject({ level: 'warn', id: 'a\nb', size: '2', msg: 'two\nlines' });
    expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
    expect(line['cause']).toContain('TypeError: broken');
  });

  it('leaves out of a text what has no value, and never ends in what holds itself', () => {
    const world = createTestWorld();
    const log = createLog({ logFormat: 'text', logLevel: 'info' }, world);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    log.info('round', { none: undefined, loop });
    expect(world.errors.text()).toMatch(/^\d\d:\d\d:\d\d round loop=\{.*….*\}\n$/);
  });
});

describe('what is printed', () => {
  it('aligns tables, also with wide characters, and cuts them to the screen', () => {
    const rows = [
      { name: '模型', size: 5 },
      { name: 'm', size: 1000 },
    ];
    const columns = [
      { title: 'NAME', read: (row: (typeof rows)[number]) => row.name },
      { title: 'SIZE', right: true, read: (row: (typeof rows)[number]) => String(row.size) },
    ];
    expect(writeTable(rows, columns, 80)).toBe('NAME  SIZE\n模型     5\nm     1000\n');
    expect(writeTable(rows, columns, 7)).toBe('NAME  …\n模型  …\nm     …\n');
  });

  it('cuts what is elastic in a table, and not what stands behind it', () => {
    const rows = [{ name: 'long', value: 'x'.repeat(60), from: 'here' }];
    const columns = [
      { title: 'NAME', read: (row: (typeof rows)[number]) => row.name },
      { title: 'VALUE', isElastic: true, read: (row: (typeof rows)[number]) => row.value },
      { title: 'FROM', read: (row: (typeof rows)[number]) => row.from },
    ];
    const narrow = writeTable(rows, columns, 40).trimEnd().split('\n');
    expect(narrow.at(-1)).toBe(`long  ${'x'.repeat(27)}…  here`);
    expect(writeTable(rows, columns, 80)).toContain(`${'x'.repeat(60)}  here`);
  });

  it('never cuts a character in two', () => {
    expect(cut('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧👩‍👩‍👧…');
  });

  it('writes numbers and times briefly', () => {
    expect([999, 1000, 12_345, 200_000, 1_000_000].map(shortNumber)).toEqual(['999', '1k', '12.3k', '200k', '1M']);
    expect([12, 999, 1500, 180_000, 7_300_000, 2e8].map(shortTime)).toEqual([
      '12ms',
      '999ms',
      '1.5s',
      '3 min',
      '2 h',
      '2 days',
    ]);
  });
});
