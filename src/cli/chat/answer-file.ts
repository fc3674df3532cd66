import { accessSync, constants, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';
import type { Screen } from '../world.ts';

/** A screen whose text becomes a file, whole or not at all. */
export interface AnswerFile extends Screen {
  /** Writes it; throws `UsageError`. */
  keep(): void;
}

/** Opens one. Throws `UsageError` for what could not be written, before the answer is paid for. */
export function createAnswerFile(path: string): AnswerFile {
  let text = '';
  const orRefuse = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new UsageError(`--output: ${path} cannot be written: ${fileProblem(error)}.`);
    }
  };
  const found = orRefuse(() => look(path));
  return {
    isTerminal: false,
    columns: Number.POSITIVE_INFINITY,
    colours: false,
    write(more) {
      text += more;
    },
    keep: () => orRefuse(() => write(path, text, found)),
  };
}

/** What is there already; throws when it cannot be written, or nothing can be made there. */
function look(path: string): Stats | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  accessSync(found === undefined ? dirname(path) : path, constants.W_OK);
  return found;
}

function write(path: string, text: string, found: Stats | undefined): void {
  // Devices and pipes are written into, and never replaced.
  if (found !== undefined && !found.isFile()) {
    writeFileSync(path, text);
    return;
  }
  // A link stays one.
  const target = found === undefined ? path : realpathSync(path);
  const draft = `${target}.kiro-gw-new`;
  try {
    writeFileSync(draft, text, { mode: found?.mode ?? 0o666 });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    // Its folder may be somebody else's.
    if (found === undefined || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    writeFileSync(target, text);
  }
}
