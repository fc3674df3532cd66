import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Asks a gateway to stop where there is no signal for that: Windows knows none but the end at once. */
export const askToStop = (pid: number, world: Pick<World, 'folders'>): void =>
  writeFileSync(requestFile(pid, world), '', { mode: 0o600 });

/** Calls back whenever this gateway is asked so; gives the way to undo it. */
export function onAskedToStop(pid: number, world: Pick<World, 'folders'>, listener: () => void): () => void {
  const file = requestFile(pid, world);
  // Of one before it that had the same number.
  rmSync(file, { force: true });
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    rmSync(file, { force: true });
    listener();
  }, 200);
  timer.unref();
  return () => clearInterval(timer);
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
    return readdirSync(folder).filter(file => /^\d+\.(json|stop)$/.test(file));
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

const requestFile = (pid: number, world: Pick<World, 'folders'>): string => join(folderOf(world), `${pid}.stop`);

const folderOf = ({ folders }: Pick<World, 'folders'>): string => join(folders.data, 'running');
