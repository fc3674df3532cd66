import type { World } from './world.ts';

/** Something that turns on a terminal while something is awaited; a line elsewhere. */
export interface Turning {
  start(text: string): void;
  stop(): void;
}

/** Loads what turns. */
export async function createTurning({ errors }: Pick<World, 'errors'>): Promise<Turning> {
  const { stream, isTerminal } = errors;
  // What a terminal without a width has shown could not be found again.
  if (!isTerminal || stream === undefined || stream.columns === 0) {
    return { start: text => errors.write(`${text}\n`), stop: () => undefined };
  }
  const { default: ora } = await import('ora');
  // Reading the input away would take Ctrl-C from the terminal.
  const look = { color: errors.colours ? 'cyan' : false, spinner: errors.isPlain ? 'line' : 'dots' } as const;
  const spinner = ora({ stream, ...look, discardStdin: false });
  const written = (text: string): string => (errors.isPlain ? text.replaceAll('…', '...') : text);
  return {
    start: text => void spinner.start(written(text)).render(),
    stop: () => void (spinner.isSpinning && spinner.stop()),
  };
}
