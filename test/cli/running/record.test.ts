import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { askToStop, listRunning, onAskedToStop, tellRunning } from '../../../src/cli/running/record.ts';
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
  askToStop(pid, world);
  writeFileSync(join(folder, 'notes.json'), '{}');
  expect(listRunning(world)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['notes.json']);
});

it('a gateway is asked to stop as often as somebody does, and never for one before it', async () => {
  const { world, folder } = start();
  tellRunning(own, world);
  askToStop(process.pid, world);
  const listener = vi.fn();
  onTestFinished(onAskedToStop(process.pid, world, listener));
  expect(readdirSync(folder)).toEqual([`${process.pid}.json`]);
  for (const times of [1, 2]) {
    askToStop(process.pid, world);
    await expect.poll(() => listener.mock.calls.length).toBe(times);
  }
  expect(readdirSync(folder)).toEqual([`${process.pid}.json`]);
});
