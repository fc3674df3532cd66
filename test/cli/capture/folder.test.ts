import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prune, writeFolder } from '../../../src/cli/capture/folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kiro-gw-capture-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const name = (number: number): string => `20260101T00000000${number}Z-request-0000000${number}`;
const write = (number: number, text = 'x'): Promise<string> =>
  writeFolder(root, name(number), { 'capture.json': '{}', 'client-request.txt': text });
const left = (): string[] => readdirSync(root).sort();

it('keeps so many folders, the newest', async () => {
  for (const number of [3, 1, 2, 4]) await write(number);
  await prune(root, { folders: 2, bytes: 1e9 });
  expect(left()).toEqual([name(3), name(4)]);
});

it('keeps so many bytes, and the newest folder however large', async () => {
  for (const number of [1, 2, 3]) await write(number, 'x'.repeat(1000));
  await prune(root, { folders: 9, bytes: 2100 });
  expect(left()).toEqual([name(2), name(3)]);
  await prune(root, { folders: 9, bytes: 10 });
  expect(left()).toEqual([name(3)]);
});

it('removes nothing that it did not make', async () => {
  mkdirSync(join(root, 'photos'));
  writeFileSync(join(root, 'photos', 'capture.json'), '{}');
  mkdirSync(join(root, name(1)));
  writeFileSync(join(root, name(1), 'notes.txt'), 'without the file that says what it is');
  const elsewhere = mkdtempSync(join(tmpdir(), 'kiro-gw-elsewhere-'));
  writeFileSync(join(elsewhere, 'capture.json'), '{}');
  symlinkSync(elsewhere, join(root, name(2)), 'dir');
  const mine = await write(3);
  writeFileSync(join(mine, 'notes.txt'), 'put beside it by hand');
  await write(4);
  await prune(root, { folders: 1, bytes: 1 });
  expect(left()).toEqual([name(1), name(2), name(3), name(4), 'photos']);
  expect(readdirSync(mine)).toEqual(['notes.txt']);
  expect(existsSync(join(root, name(1), 'notes.txt'))).toBe(true);
  expect(readdirSync(elsewhere)).toEqual(['capture.json']);
  expect(readdirSync(join(root, 'photos'))).toEqual(['capture.json']);
  rmSync(elsewhere, { recursive: true });
});

it.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
  const folder = await write(1);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'capture.json')).mode & 0o777).toBe(0o600);
});
