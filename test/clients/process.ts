import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Command } from './driver.ts';

/** A client that runs, and everything it started. */
export interface Running {
  /** What it wrote so far, without the colours. */
  output(): string;
  readonly ended: Promise<number | undefined>;
  /** Sends a signal as a terminal does: to the whole group. */
  signal(name: NodeJS.Signals): void;
}

/** Starts a command in a group of its own. */
export function start(command: Command, folder: string, env: Record<string, string>): Running {
  const child = spawn(command.program, command.args, {
    cwd: folder,
    env: { ...env, ...command.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const failed = new Promise<undefined>(resolve => {
    child.once('error', error => {
      text += error.message;
      resolve(undefined);
    });
  });
  const closed = once(child, 'close').then(([code]) => (code ?? undefined) as number | undefined);
  return {
    output: () => text.replace(escapes, ''),
    ended: Promise.race([closed, failed]),
    signal(name) {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // All of them have ended.
      }
    },
  };
}

/** Waits for an end, at most so many seconds; whatever is left of the group is killed. */
export async function finish(running: Running, seconds: number): Promise<{ code: number | undefined } | 'late'> {
  const timer = new AbortController();
  const late = setTimeout(seconds * 1000, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
  const end = await Promise.race([running.ended.then(code => ({ code })), late]);
  timer.abort();
  running.signal('SIGKILL');
  return end;
}

// biome-ignore lint/complexity/useRegexLiterals: a literal would hold a control character.
const escapes = new RegExp('\\u001b(\\[[0-9;?]*[A-Za-z]|\\][^\\u0007]*\\u0007)', 'g');
