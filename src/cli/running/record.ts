import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world.ts';

/** A gateway of this user that runs, as it tells others. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Tells others that this gateway runs; gives the way to take that back. What cannot be written is no reason to stop. */
export function tellRunning(running: Running, world: Pick<World, 'folders'>): () => void {
  const file = join(folderOf(world), `${running.pid}.json`);
  try {
    mkdirSync(folderOf(world), { recursive: true, mode: 0o700 });
    // Whoever waits for it finds it whole or not at all.
    writeFileSync(`${file}.new`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    return () => {};
  }
  return () => rmSync(file, { force: true });
}

/** The gateways that told so and whose process is there, the oldest first. */
export function listRunning(world: Pick<World, 'folders'>): readonly Running[] {
  const folder = folderOf(world);
  const found = filesIn(folder).flatMap(file => {
    // Only what a process has left behind is removed: another version of this program may be writing its own.
    if (isAlive(Number.parseInt(file, 10))) return read(join(folder, file)) ?? [];
    rmSync(join(folder, file), { force: true });
    return [];
  });
  return found.sort((one, other) => one.startedAt - other.startedAt);
}

/** Whether there is such a process, of anybody. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(file => /^\d+\.json$/.test(file));
  } catch {
    return [];
  }
}

function read(file: string): Running | undefined {
  try {
    const { pid, url, version, startedAt } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Running>;
    const isWhole = typeof pid === 'number' && typeof url === 'string' && typeof startedAt === 'number';
    return isWhole ? { pid, url, version: String(version), startedAt } : undefined;
  } catch {
    return undefined;
  }
}

const folderOf = ({ folders }: Pick<World, 'folders'>): string => join(folders.data, 'running');
