import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStops } from '../../../src/kiro/answer/stops.ts';

interface Outcome {
  readonly text: string;
  readonly stop: string | undefined;
}

function cut(pieces: readonly string[], sequences: readonly string[]): Outcome {
  let text = '';
  let stop: string | undefined;
  const stage = createStops(
    sequences,
    {
      push(piece) {
        text += piece;
      },
      flush() {},
    },
    sequence => {
      stop = sequence;
    },
  );
  for (const piece of pieces) stage.push(piece);
  stage.flush();
  return { text, stop };
}

/** What a model would do that looks at its text after every letter. */
function letterByLetter(text: string, sequences: readonly string[]): Outcome {
  for (let end = 1; end <= text.length; end += 1) {
    const [longest] = sequences
      .filter(sequence => sequence !== '' && text.slice(0, end).endsWith(sequence))
      .sort((one, other) => other.length - one.length);
    if (longest !== undefined) return { text: text.slice(0, end - longest.length), stop: longest };
  }
  return { text, stop: undefined };
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });

describe('stop sequences', () => {
  it('cut where they are complete first, however the text comes', () => {
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), fc.array(letters, { maxLength: 4 }), (pieces, sequences) => {
        expect(cut(pieces, sequences)).toEqual(letterByLetter(pieces.join(''), sequences));
      }),
      { numRuns: 1000 },
    );
  });

  it('hold back no more than what may be their beginning', () => {
    const seen: string[] = [];
    const stage = createStops(['END OF TEXT'], { push: piece => void seen.push(piece), flush() {} }, () => {});
    stage.push('Hello E');
    stage.push('lse');
    stage.push(', EN');
    expect(seen).toEqual(['Hello ', 'Else', ', ']);
  });
});
