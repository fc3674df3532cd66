import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThinking, type ThinkingHandling } from '../../../src/kiro/answer/thinking.ts';

interface Outcome {
  readonly text: string;
  readonly thought: string;
  readonly flushes: number;
}

function read(pieces: readonly string[], handling: ThinkingHandling): Outcome {
  let text = '';
  let thought = '';
  let flushes = 0;
  const next = {
    push(piece: string) {
      if (handling !== 'pass' && piece === '') throw new Error('An empty piece is passed on.');
      text += piece;
    },
    flush() {
      flushes += 1;
    },
  };
  const stage = createThinking(handling, next, piece => {
    expect(piece).not.toBe('');
    thought += piece;
  });
  for (const piece of pieces) stage.push(piece);
  stage.flush();
  return { text, thought, flushes };
}

/** The same, over the whole text at once. */
function slowly(whole: string, handling: ThinkingHandling): Omit<Outcome, 'flushes'> {
  if (handling === 'pass') return { text: whole, thought: '' };
  let [text, thought, rest, inside, lineStart] = ['', '', whole, false, true];
  const give = (piece: string): void => {
    if (!inside || handling === 'strip_tags') text += piece;
    else if (handling === 'as_reasoning_content') thought += piece;
    if (piece !== '') lineStart = !inside && piece.endsWith('\n');
  };
  while (rest !== '') {
    const open = lineStart && rest.startsWith('<thinking>') ? 0 : rest.indexOf('\n<thinking>') + 1;
    const isOpening = !inside && (open > 0 || (lineStart && rest.startsWith('<thinking>')));
    const close = rest.indexOf('</thinking>');
    const at = inside ? close : isOpening ? open : -1;
    give(at < 0 ? rest : rest.slice(0, at));
    if (at < 0) break;
    rest = rest.slice(at + (inside ? '</thinking>' : '<thinking>').length);
    if (handling !== 'strip_tags') rest = rest.replace(/^[\r\n]+/, '');
    inside = !inside;
    lineStart = true;
  }
  return { text, thought };
}

const handlings = ['as_reasoning_content', 'remove', 'pass', 'strip_tags'] as const;
const piece = fc.constantFrom(
  ...['<thinking>', '</thinking>', '<thin', 'king>', '</thin', '\n', '\n\n', '\r\n', ' ', 'a', 'text', '<', '</', '>'],
);

describe('thinking between tags', () => {
  it.each(handlings)('is handled alike however it comes, as %s', handling => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), pieces => {
        const whole = pieces.join('');
        const expected = { ...slowly(whole, handling), flushes: 1 };
        expect(read(pieces, handling)).toEqual(expected);
        expect(read([whole], handling)).toEqual(expected);
        expect(read([...whole], handling)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['<thinking>\nPlan.\n</thinking>\n\nDone.', 'Plan.\n', 'Done.'],
    ['Before.\n<thinking>Plan.</thinking>After.', 'Plan.', 'Before.\nAfter.'],
    ['In <thinking> a line.', '', 'In <thinking> a line.'],
    ['<thinking>never closed', 'never closed', ''],
    ['<thinking>', '', ''],
    ['<thinking></thinking>', '', ''],
    ['<thinking>\r\n\nA\n</thinking>\nB', 'A\n', 'B'],
    ['<thinking>a</thinking><thinking>b</thinking>c', 'ab', 'c'],
    ['a\n<think', '', 'a\n<think'],
    ['<thinking>a</thinki', 'a</thinki', ''],
  ])('is taken out of %j', (whole, thought, text) => {
    expect(read([whole], 'as_reasoning_content')).toMatchObject({ thought, text });
    expect(read([whole], 'remove')).toMatchObject({ thought: '', text });
    expect(read([whole], 'pass')).toMatchObject({ thought: '', text: whole });
  });

  it('holds back no more than what may be a tag', () => {
    const seen: string[] = [];
    const next = { push: (text: string) => void seen.push(text), flush: () => void seen.push('|') };
    const stage = createThinking('as_reasoning_content', next, thought => void seen.push(`(${thought})`));
    for (const text of ['Hi\n', '<th', 'at> x\n<think', 'ing>a', 'b</', 'c</thinking>', '\n', 'd']) stage.push(text);
    expect(seen).toEqual(['Hi\n', '<that> x\n', '(a)', '(b)', '(</c)', 'd']);
    stage.flush();
    // A new block of text begins at the start of a line.
    stage.push('<thinking>e');
    expect(seen.slice(6)).toEqual(['|', '(e)']);
  });
});
