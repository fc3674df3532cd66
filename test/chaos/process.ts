import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds; on systems without /proc only its memory is known. */
export interface Holdings {
  /** Resident, in megabytes. */
  readonly memory: number;
  readonly files: number;
  /** How often it was woken so far. */
  readonly wakes: number;
}

export function readHoldings(pid: number): Holdings {
  if (process.platform !== 'linux') {
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return { memory: Number(kilobytes) / 1024, files: 0, wakes: 0 };
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  const threads = readdirSync(`/proc/${pid}/task`);
  const wakes = threads.map(thread => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  });
  return {
    memory: read('VmRSS') / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    wakes: wakes.reduce((sum, count) => sum + count, 0),
  };
}

/** How often a process is woken in a second while nobody asks it anything. */
export async function countWakes(pid: number, seconds: number): Promise<number> {
  const { wakes } = readHoldings(pid);
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  return (readHoldings(pid).wakes - wakes) / seconds;
}
