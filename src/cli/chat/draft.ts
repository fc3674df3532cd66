import type { Screen } from '../world.ts';

/** The end of an answer that is not whole yet: shown below what is, and written anew with all that comes. */
export interface Draft {
  show(text: string): void;
  /** Takes it away, with whatever else has got into its lines. */
  clear(): void;
}

/** Shows as much of it as there is room for, on a terminal that can go back. */
export function createDraft(screen: Screen): Draft {
  let shown: readonly string[] = [];
  // Line by line: some terminals keep what is cleared as a whole screen.
  const erase = (): string => `\r${clearLine}${lineAbove.repeat(Math.max(0, heightOf(shown, screen.columns) - 1))}`;
  return {
    show(text) {
      const rows = screen.stream?.rows ?? usualRows;
      const lines = text.split('\n').slice(-Math.max(1, rows - 2));
      const fitting = lines.map(line => Bun.sliceAnsi(line, 0, screen.columns));
      screen.write(`${hold}${erase()}${fitting.join('\n')}${release}`);
      shown = fitting;
    },
    clear() {
      screen.write(`${hold}${erase()}${release}`);
      shown = [];
    },
  };
}

// The window may have become narrower since.
const heightOf = (lines: readonly string[], columns: number): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(Bun.stringWidth(line) / columns)), 0);

const usualRows = 24;
const clearLine = '\u001b[2K';
const lineAbove = `\u001b[A${clearLine}`;
// What comes between them is shown at once: https://github.com/contour-terminal/vt-extensions
const hold = '\u001b[?2026h';
const release = '\u001b[?2026l';
