import { findBeginning } from './begin.ts';
import type { Stage } from './stage.ts';

/** What becomes of thinking that a model writes between tags in its text. */
export type ThinkingHandling = 'as_reasoning_content' | 'remove' | 'pass' | 'strip_tags';

/**
 * Takes `<thinking>…</thinking>` out of the text. The opening tag counts only at the start of a line; without a closing
 * one all the rest is thinking.
 */
export function createThinking(handling: ThinkingHandling, next: Stage, onThought: (text: string) => void): Stage {
  if (handling === 'pass') return next;
  const thought = handling === 'as_reasoning_content' ? onThought : handling === 'remove' ? ignore : next.push;
  let held = '';
  let inside = false;
  let lineStart = true;
  // Line ends right after a tag belong to the tag.
  let trimming = false;

  const give = (text: string): void => {
    if (text === '') return;
    if (inside) {
      thought(text);
      return;
    }
    lineStart = text.endsWith('\n');
    next.push(text);
  };
  const turn = (): void => {
    inside = !inside;
    trimming = handling !== 'strip_tags';
    lineStart = true;
  };
  /** Handles what is sure; returns what may be the beginning of a tag. */
  const read = (text: string): string => {
    let rest = text;
    for (;;) {
      if (trimming) rest = rest.replace(/^[\r\n]+/, '');
      if (rest === '') return '';
      trimming = false;
      const found = inside ? findBeginning(rest, [closing]) : findOpening(rest, lineStart);
      give(rest.slice(0, found?.at ?? rest.length));
      if (found === undefined) return '';
      rest = rest.slice(found.at);
      if (found.mark === undefined) return rest;
      rest = rest.slice(found.mark.length);
      turn();
    }
  };

  return {
    push(text) {
      held = read(held + text);
    },
    flush() {
      give(held);
      held = '';
      inside = false;
      trimming = false;
      lineStart = true;
      next.flush();
    },
  };
}

function findOpening(text: string, lineStart: boolean): { at: number; mark?: string } | undefined {
  if (lineStart && opening.startsWith(text.slice(0, opening.length))) {
    return text.length < opening.length ? { at: 0 } : { at: 0, mark: opening };
  }
  const found = findBeginning(text, [`\n${opening}`]);
  if (found === undefined) return undefined;
  // The line end before the tag is text; alone at the end of a piece it need not wait.
  if (found.mark !== undefined) return { at: found.at + 1, mark: opening };
  return found.at + 1 === text.length ? undefined : { at: found.at + 1 };
}

const opening = '<thinking>';
const closing = '</thinking>';
const ignore = (): void => {};
