import { findBeginning } from './begin.ts';
import type { Stage } from './stage.ts';

/** Cuts the text before the first stop sequence, across pieces; `onStop` is told which one it was. */
export function createStops(sequences: readonly string[], next: Stage, onStop: (sequence: string) => void): Stage {
  const marks = sequences.filter(sequence => sequence !== '');
  let held = '';
  let stopped = false;
  return {
    push(text) {
      if (stopped) return;
      held += text;
      const found = findBeginning(held, marks);
      const end = found?.at ?? held.length;
      if (end > 0) next.push(held.slice(0, end));
      held = held.slice(end);
      if (found?.mark === undefined) return;
      stopped = true;
      held = '';
      onStop(found.mark);
    },
    flush() {
      if (held !== '') next.push(held);
      held = '';
      next.flush();
    },
  };
}
