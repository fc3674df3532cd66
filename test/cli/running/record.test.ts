import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRunning, tellRunning } from '../../../src/cli/running/record.ts';
import { createTestWorld } from '../../support/world.ts';

const start = () => {
  const world = createTestWorld();
  const folder = join(world.folders.data, 'running');
  mkdirSync(folder, { recursive: true });
  return { world, folder };
};
const own = { pid: process.pid, url: 'http://127.0.0.1:1', version: '1.2.3', startedAt: 1 };

it('a gateway that runs is listed until it takes that back', () => {
  const { world, folder } = start();
  const takeBack = tellRunning(own, world);
  expect(readdirSync(folder)).toEqual([`${process.pid}.json`]);
  expect(listRunning(world)).toEqual([own]);
  takeBack();
  expect(listRunning(world)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

it.each(['', '{"pid":', 'null', '{"pid":1}'])('what a living process has not written to its end stays: %j', text => {
  const { world, folder } = start();
  const file = join(folder, `${process.pid}.json`);
  writeFileSync(file, text);
  expect(listRunning(world)).toEqual([]);
  expect(existsSync(file)).toBe(true);
  tellRunning(own, world);
  expect(listRunning(world)).toEqual([own]);
});

it('what a process that is gone has left is removed, and nothing else', () => {
  const { world, folder } = start();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(folder, `${pid}.json`), JSON.stringify({ ...own, pid }));
  writeFileSync(join(folder, 'notes.json'), '{}');
  expect(listRunning(world)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['notes.json']);
});
