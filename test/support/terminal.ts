import { stripVTControlCharacters } from 'node:util';
import { executable } from './gateway.ts';

/** Whether this machine has pseudo-terminals for the tests. */
export const hasTerminals = process.platform !== 'win32';

/** The executable on a terminal of its own, as a person would sit before it. */
export interface Terminal {
  /** All that has been shown, without colours and movements. */
  text(): string;
  /** Settles when the screen has shown something, after what was waited for last; gives the match. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  /** Takes the terminal away, as closing its window does. */
  hangUp(): void;
  /** The exit code. */
  ended(): Promise<number>;
}

export const keys = { enter: '\r', down: '\u001b[B', up: '\u001b[A', interrupt: '\u0003' } as const;

export interface TerminalOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** Runs one command of the executable on a new terminal. */
export const startTerminal = (args: readonly string[], options: TerminalOptions): Terminal =>
  startOnTerminal([executable, ...args], options);

/** Runs any program on a new terminal. */
export function startOnTerminal(command: readonly string[], options: TerminalOptions): Terminal {
  let shown = '';
  let seen = 0;
  const waiting = new Set<() => void>();
  const decoder = new TextDecoder();
  const closed = Promise.withResolvers<void>();
  const child = Bun.spawn([...command], {
    cwd: options.home,
    env: { TERM: 'xterm-256color', ...options.env },
    terminal: {
      cols: options.columns ?? 200,
      rows: 50,
      data(_, data) {
        shown += decoder.decode(data, { stream: true });
        for (const look of waiting) look();
      },
      exit: () => closed.resolve(),
    },
  });
  // All is shown once nobody holds the terminal any more; what the program has started may hold it longer.
  const over = child.exited.then(() => Promise.race([closed.promise, Bun.sleep(5000)]));
  const text = (): string => stripVTControlCharacters(shown);
  return {
    text,
    shows: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = new RegExp(pattern, pattern.flags.replace('g', '')).exec(text().slice(seen));
          if (match === null) return;
          seen += match.index + match[0].length;
          settle(() => resolve(match));
        };
        const settle = (then: () => void): void => {
          clearTimeout(timer);
          waiting.delete(look);
          then();
        };
        const fail = (): void => settle(() => reject(new Error(`${pattern} was not shown, but:\n${text()}`)));
        const timer = setTimeout(fail, patience);
        void over.then(fail);
        waiting.add(look);
        look();
      }),
    type: input => void child.terminal?.write(input),
    hangUp() {
      child.kill('SIGHUP');
      child.terminal?.close();
    },
    async ended() {
      const timer = setTimeout(() => child.kill('SIGKILL'), patience);
      const code = await child.exited;
      clearTimeout(timer);
      await over;
      child.terminal?.close();
      return code;
    },
  };
}

/** Milliseconds for what takes some on a quiet machine. */
const patience = 40_000;
