import { spawn } from 'node:child_process';
import { join } from 'node:path';

type Program = 'gateway.ts' | 'rewriter.ts';

/** Where one of the programs in this folder is. */
export const programPath = (name: Program): string => join(import.meta.dirname, name);

/** Starts one of them, with a sign-in in its hands. */
export function startProgram(name: Program, ...args: readonly string[]) {
  return spawn(process.execPath, [programPath(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}
