import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.ts';

/** The compiled program under test; KIRO_TESTS_EXECUTABLE names another one. */
export const executable =
  process.env['KIRO_TESTS_EXECUTABLE'] ??
  join(import.meta.dirname, '../../dist', process.platform === 'win32' ? 'kiro-gw.exe' : 'kiro-gw');

export interface GatewayOptions {
  /** Reached in place of every host of the service. */
  readonly emulator?: Emulator;
  /** Besides the few variables that every program needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The home folder; a new, empty one when left out. */
  readonly home?: string;
  /** What is started in the executable's place, word by word. */
  readonly program?: readonly string[];
}

export interface RunningGateway {
  readonly url: string;
  readonly key: string;
  readonly home: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first accepted connection. */
  readonly startMs: number;
  output(): string;
  errors(): string;
  /** Sends a signal and gives the exit code, or the name of the signal that ended it; then all is there that it said. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** The environment of a program that may use nothing of this machine but the emulator. */
export function environment(home: string, emulator?: Emulator): Record<string, string> {
  const url = emulator?.url;
  return {
    HOME: home,
    USERPROFILE: home,
    PATH: process.env['PATH'] ?? '',
    ...(url === undefined
      ? {}
      : { KIRO_RUNTIME_URL: url, KIRO_MANAGEMENT_URL: url, KIRO_OIDC_URL: url, KIRO_AUTH_URL: url }),
  };
}

/** A folder that stays until `remove` is called. */
export function emptyFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'kiro-gw-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Starts `kiro-gw serve` in an empty folder, on a free port. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const folder = emptyFolder();
  const home = options.home ?? folder.path;
  const key = options.env?.['PROXY_API_KEY'] ?? 'a-key-for-the-tests';
  const startedAt = performance.now();
  const [program = executable, ...words] = options.program ?? [];
  const child = spawn(program, [...words, 'serve', '--port', '0', ...(options.args ?? [])], {
    cwd: folder.path,
    env: { ...environment(home, options.emulator), PROXY_API_KEY: key, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = gather(child.stdout);
  const errors = gather(child.stderr);
  // Only then is all read that it wrote.
  const closed = new Promise(resolve => child.once('close', resolve));
  const url = await addressOf(child, output, errors);
  return {
    url,
    key,
    home,
    pid: child.pid ?? 0,
    startMs: performance.now() - startedAt,
    output,
    errors,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await closed;
      folder.remove();
      return child.exitCode ?? child.signalCode ?? 'unknown';
    },
  };
}

export interface Finished {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs one command of the executable to its end. */
export async function runExecutable(
  args: readonly string[],
  options: { readonly home: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string },
): Promise<Finished> {
  const child = spawn(executable, args, {
    cwd: options.home,
    env: { ...environment(options.home), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(options.input ?? '');
  const output = gather(child.stdout);
  const errors = gather(child.stderr);
  await once(child, 'close');
  return { code: child.exitCode ?? -1, output: output(), errors: errors() };
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

async function addressOf(child: ChildProcess, output: () => string, errors: () => string): Promise<string> {
  if (!existsSync(executable)) throw new Error('The executable is not built. Run: npm run build');
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const url = /listens on (http\S+)/.exec(output())?.[1];
      if (url !== undefined) done(() => resolve(url));
    };
    const fail = (): void => done(() => reject(new Error(`The gateway did not start:\n${output()}${errors()}`)));
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('exit', fail);
      child.off('error', fail);
      settle();
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail();
    }, 40_000);
    child.stdout?.on('data', look);
    child.on('exit', fail);
    child.on('error', fail);
  });
}
