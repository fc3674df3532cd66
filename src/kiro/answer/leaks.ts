import type { JsonObject } from '../../core/chat.ts';
import { findBeginning } from './begin.ts';
import { type LeakedCall, leakMarks, readLeak } from './leak-forms.ts';
import type { Stage } from './stage.ts';

/**
 * Takes tool calls out of the text that a model wrote as text instead of calling. Only a whole call of a declared tool
 * counts; anything else stays text, and so does what stands in a code block: that is an example. `schemas` holds the
 * declared tools.
 */
export function createLeaks(
  schemas: ReadonlyMap<string, JsonObject>,
  next: Stage,
  onCalls: (calls: readonly LeakedCall[]) => void,
): Stage {
  let held = '';
  const fence = createFence();
  const pass = (text: string): void => {
    fence.read(text);
    next.push(text);
  };

  /** Handles what is sure; returns what may still become a call. */
  const read = (text: string, isEnd: boolean): string => {
    let rest = text;
    while (rest !== '') {
      const found = firstLetters.test(rest) ? findBeginning(rest, leakMarks) : undefined;
      const at = found?.at ?? rest.length;
      if (at > 0) pass(rest.slice(0, at));
      rest = rest.slice(at);
      if (found === undefined) return '';
      if (found.mark === undefined) return rest;
      const leak = fence.isOpen() ? 'none' : readLeak(rest, schemas, isEnd);
      if (leak === 'open' && !isEnd && rest.length < longest) return rest;
      if (typeof leak === 'object') {
        next.flush();
        onCalls(leak.calls);
        rest = rest.slice(leak.length);
      } else {
        pass(found.mark);
        rest = rest.slice(found.mark.length);
      }
    }
    return '';
  };

  return {
    push(text) {
      if (held === '' && !firstLetters.test(text)) return pass(text);
      const before = held.length;
      held += text;
      // Long calls are read again only when they may be whole, so that the cost stays linear.
      if (before < short || ends.test(held.slice(before - 40)) || held.length >= longest) held = read(held, false);
    },
    flush() {
      const rest = read(held, true);
      if (rest !== '') pass(rest);
      held = '';
      next.flush();
    },
  };
}

/** Follows the text into code blocks and out of them. */
function createFence(): { read(text: string): void; isOpen(): boolean } {
  let marks = 0;
  let open = false;
  return {
    read(text) {
      if (marks === 0 && !text.includes('`')) return;
      for (const letter of text) {
        marks = letter === '`' ? marks + 1 : 0;
        if (marks === 3) open = !open;
      }
    },
    isOpen: () => open,
  };
}

const short = 400;
const longest = 128 * 1024;
const firstLetters = /[<[]/;
const ends = /(?:invoke|function_calls)>|\]/;
