import type { JsonObject } from '../../core/chat.ts';
import { findBeginning } from './begin.ts';
import { type LeakedCall, leakMarks, readLeak } from './leak-forms.ts';
import type { Stage } from './stage.ts';

/**
 * Takes tool calls out of the text that a model wrote as text instead of calling. Only a whole call of a declared tool
 * counts; anything else stays text. `schemas` holds the declared tools.
 */
export function createLeaks(
  schemas: ReadonlyMap<string, JsonObject>,
  next: Stage,
  onCalls: (calls: readonly LeakedCall[]) => void,
): Stage {
  let held = '';

  /** Handles what is sure; returns what may still become a call. */
  const read = (text: string, isEnd: boolean): string => {
    let rest = text;
    while (rest !== '') {
      const found = firstLetters.test(rest) ? findBeginning(rest, leakMarks) : undefined;
      const at = found?.at ?? rest.length;
      if (at > 0) next.push(rest.slice(0, at));
      rest = rest.slice(at);
      if (found === undefined) return '';
      if (found.mark === undefined) return rest;
      const leak = readLeak(rest, schemas, isEnd);
      if (leak === 'open' && !isEnd && rest.length < longest) return rest;
      if (typeof leak === 'object') {
        next.flush();
        onCalls(leak.calls);
        rest = rest.slice(leak.length);
      } else {
        next.push(found.mark);
        rest = rest.slice(found.mark.length);
      }
    }
    return '';
  };

  return {
    push(text) {
      if (held === '' && !firstLetters.test(text)) return next.push(text);
      const before = held.length;
      held += text;
      // Long calls are read again only when they may be whole, so that the cost stays linear.
      if (before < short || ends.test(held.slice(before - 40)) || held.length >= longest) held = read(held, false);
    },
    flush() {
      const rest = read(held, true);
      if (rest !== '') next.push(rest);
      held = '';
      next.flush();
    },
  };
}

const short = 400;
const longest = 128 * 1024;
const firstLetters = /[<[]/;
const ends = /(?:invoke|function_calls)>|\]/;
