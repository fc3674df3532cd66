import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import envPaths from 'env-paths';
import type { Keychain } from '../kiro/auth/sources/keychain.ts';
import { fileProblem } from './file-problem.ts';
import { findParent } from './parent.ts';
import { openScreen, type Screen } from './screen.ts';

export type { Screen } from './screen.ts';

// Set by the build; running from source there is none.
declare const KIRO_GW_COMMIT: string | undefined;

export type Environment = Readonly<Record<string, string | undefined>>;
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK';

/** The machine around the program; everything else in the project is handed what it needs of it. */
export interface World {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly platform: string;
  readonly folders: { readonly home: string; readonly config: string; readonly cache: string; readonly data: string };
  readonly build: {
    readonly version: string;
    readonly commit: string;
    /** Of Bun. */
    readonly runtimeVersion: string;
    readonly target: string;
  };
  /** How this program is started again, by other programs too. */
  readonly program: readonly [string, ...string[]];
  /** The name of the program that started this one, as far as the system tells. */
  parent(): string | undefined;
  readonly output: Screen;
  readonly errors: Screen;
  readonly input: {
    readonly isTerminal: boolean;
    /** For what reads key by key. */
    readonly stream?: NodeJS.ReadStream;
    text(): Promise<string>;
  };
  /** The operating system's own store of secrets. */
  readonly keychain: Keychain;
  /** Opens a page in the browser; false when there is none. */
  browse(url: string): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
  random(bytes: number): Uint8Array;
  /** Calls back for every signal to stop; gives the way to undo it. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /** Calls back for what nobody caught; the program then goes on. */
  onFault(listener: (fault: unknown) => void): void;
  /** Does what a signal of the system does. */
  raise(signal: Signal): void;
  /** Stops the program as Ctrl-Z does, until it is fetched back. */
  suspend(resume: () => void): void;
  /** Ends the program without waiting for anything. */
  leave(code: number): void;
  /** Settles when everything written has been taken. */
  flush(): Promise<void>;
}

/** The real world, and the version of the program in it. */
export function createWorld(version: string): World {
  const { env } = process;
  const own = envPaths('kiro-gw', { suffix: '' });
  const config = env['KIRO_GW_HOME'] || own.config;
  // A reader that has seen enough (`kiro-gw models | head`) is no failure.
  const output = openScreen('stdout', env, error => {
    if (error.code !== 'EPIPE') errors.write(`error: Standard output cannot be written: ${fileProblem(error)}.\n`);
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  const errors = openScreen('stderr', env, () => {});
  silenceExperiments();

  return {
    args: process.argv.slice(2),
    env,
    platform: process.platform,
    folders: {
      home: homedir(),
      config,
      cache: env['KIRO_GW_HOME'] || own.cache,
      data: env['KIRO_GW_HOME'] || own.data,
    },
    build: {
      version,
      commit: typeof KIRO_GW_COMMIT === 'string' ? KIRO_GW_COMMIT : 'source',
      runtimeVersion: process.versions['bun'] ?? 'unknown',
      target: `${process.platform}-${process.arch}`,
    },
    get program() {
      return findProgram();
    },
    parent: () => findParent(process.ppid, process.platform),
    output,
    errors,
    input: {
      isTerminal: isatty(0),
      get stream() {
        return process.stdin;
      },
      text: async () => {
        const { stdin } = process;
        let text = '';
        stdin.setEncoding('utf8');
        for await (const chunk of stdin) text += chunk;
        return text;
      },
    },
    keychain: {
      get: name => Bun.secrets.get({ service: keychainService, name }),
      set: (name, value) => Bun.secrets.set({ service: keychainService, name, value }),
      delete: async name => void (await Bun.secrets.delete({ service: keychainService, name })),
    },
    browse,
    now: () => Date.now(),
    random: size => new Uint8Array(randomBytes(size)),
    onSignal: listener => {
      for (const signal of stopSignals) process.on(signal, listener);
      return () => {
        for (const signal of stopSignals) process.off(signal, listener);
      };
    },
    onFault: listener => {
      process.on('unhandledRejection', listener);
      process.on('uncaughtException', listener);
    },
    // Sent to a process of Windows it would end it whatever listens.
    raise: signal => void (process.emit(signal) || process.kill(process.pid, signal)),
    suspend: resume => {
      if (process.platform === 'win32') return resume();
      process.once('SIGCONT', resume);
      process.kill(process.pid, 'SIGTSTP');
    },
    leave: code => process.exit(code),
    flush: async () => {
      await Promise.all([output.flush(), errors.flush()]);
    },
  };
}

// What a library calls an experiment is for those who build with it, not for those who use the program.
function silenceExperiments(): void {
  const emit = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void;
  process.emitWarning = (...args: readonly unknown[]) => {
    const [warning, options] = args;
    const kind = typeof options === 'object' && options !== null && 'type' in options ? options.type : options;
    if (kind === experiment || (warning instanceof Error && warning.name === experiment)) return;
    emit(...args);
  };
}

const experiment = 'ExperimentalWarning';

async function browse(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    await open(url);
    return true;
  } catch {
    return false;
  }
}

const keychainService = 'kiro-gw';
// The name on the path outlives an update of what it stands for.
function findProgram(): [string, ...string[]] {
  if (typeof KIRO_GW_COMMIT !== 'string') return [process.execPath, process.argv[1] ?? ''];
  const named = Bun.which('kiro-gw');
  return [named !== null && realpathSync(named) === realpathSync(process.execPath) ? named : process.execPath];
}

// Closing a Windows console counts as SIGHUP there, Ctrl+Break as a signal of its own.
const stopSignals: readonly Signal[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
