import { isatty } from 'node:tty';
import { isPlainTerminal, withoutSigns } from './plain-signs.ts';

/** A stream that a person or another program reads. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Without end where no person looks. */
  readonly columns: number;
  /** Whether colours are wanted here. */
  readonly colours: boolean;
  /** Whether it shows no more than letters. */
  readonly isPlain?: boolean;
  /** For what draws itself: prompts and spinners. */
  readonly stream?: NodeJS.WriteStream;
  write(text: string): void;
}

export interface OpenScreen extends Screen {
  /** Settles when everything written has been taken. */
  flush(): Promise<void>;
}

/**
 * Standard output or standard error; `onFailure` is told when nobody takes what is written.
 * The process's own streams are made for what needs them only: each takes some 5 ms of the start.
 */
export function openScreen(
  name: 'stdout' | 'stderr',
  env: Readonly<Record<string, string | undefined>>,
  onFailure: (error: NodeJS.ErrnoException) => void,
): OpenScreen {
  const isTerminal = isatty(name === 'stdout' ? 1 : 2);
  const isPlain = isTerminal && isPlainTerminal(env);
  const sink = Bun[name].writer();
  let taken: Promise<unknown> = Promise.resolve();
  // Once nobody takes it, nothing is written: its failure would be written too, and so on without end.
  let isGone = false;
  const fail = (thrown: unknown): void => {
    isGone = true;
    onFailure(thrown as NodeJS.ErrnoException);
  };
  return {
    isTerminal,
    get columns() {
      return isTerminal ? process[name].columns || Number(env['COLUMNS']) || 80 : Number.POSITIVE_INFINITY;
    },
    colours: wantsColours(isTerminal, env),
    isPlain,
    get stream() {
      return process[name];
    },
    write(text) {
      if (isGone) return;
      try {
        const written: unknown = sink.write(isPlain ? withoutSigns(text) : text);
        const flushed = sink.flush();
        if (written instanceof Promise) written.catch(fail);
        if (flushed instanceof Promise) taken = flushed.catch(fail);
      } catch (thrown) {
        fail(thrown);
      }
    },
    async flush() {
      await taken;
    },
  };
}

// https://no-color.org and https://bixense.com/clicolors
function wantsColours(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env['FORCE_COLOR'] ?? env['CLICOLOR_FORCE'];
  if (env['NO_COLOR']) return false;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0';
}
