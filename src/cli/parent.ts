import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The name of the program that started this one, as far as the system tells. */
export function findParent(pid: number, platform: string): string | undefined {
  try {
    if (platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    // What a terminal starts has a dash before its name.
    if (platform !== 'win32')
      return run('ps', '-o', 'comm=', '-p', String(pid))
        .trim()
        .replace(/^-|^.*\//g, '');
    const [, name] = /^"([^"]+)"/m.exec(run('tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH')) ?? [];
    return name;
  } catch {
    return undefined;
  }
}

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, {
    encoding: 'utf8',
    timeout: 2000,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
