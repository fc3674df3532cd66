import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from './exit.ts';
import type { Environment, World } from './world.ts';

/** A program with this one's terminal. */
export interface Child {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/** Runs a program to its end, with this one's input and output. Gives its exit code, as a shell would: also when it cannot be started. */
export function runChild({ program, args, env }: Child, world: World): Promise<number> {
  return new Promise(resolve => {
    // Before the program is there: none may fall through.
    const pass = (signal: NodeJS.Signals): void => {
      // A terminal has sent it to the program itself by now.
      if (signal !== 'SIGINT' || !world.input.isTerminal) child.kill(signal);
    };
    for (const signal of passed) process.on(signal, pass);
    const isScript = world.platform === 'win32' && /\.(cmd|bat)$/i.test(program);
    const child = isScript
      ? spawn(quoteForCmd(program), args.map(quoteForCmd), { stdio: 'inherit', env: { ...env }, shell: true })
      : spawn(program, args, { stdio: 'inherit', env: { ...env } });
    const end = (): void => {
      for (const signal of passed) process.off(signal, pass);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      end();
      const isMissing = error.code === 'ENOENT';
      const problem = isMissing
        ? `there is no such program${/[\\/]/.test(program) ? '' : ' on the PATH'}`
        : error.message;
      world.errors.write(`error: "${program}" cannot be started: ${problem}\n`);
      resolve(isMissing ? 127 : 126);
    });
    child.once('exit', (code, signal) => {
      end();
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/** A word for a script that cmd runs: the script, and the program that it hands the word on to, find it as it was. Throws for lines. */
export function quoteForCmd(word: string): string {
  // What stands behind the end of a line would be left out, and nobody told.
  if (/[\r\n]/.test(word)) throw new UsageError('A script of Windows takes no argument of several lines.');
  // Nothing keeps a percent sign from beginning the name of a variable but one that is always there and always empty.
  const text = word.replaceAll(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + end + end);
  return `"${text.replaceAll('%', '%%cd:~,%')}"`;
}

const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
