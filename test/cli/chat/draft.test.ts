import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDraft } from '../../../src/cli/chat/draft.ts';
import { createHighlight } from '../../../src/cli/chat/highlight.ts';
import { createMarkdownWriter } from '../../../src/cli/chat/markdown.ts';

const highlight = await createHighlight();

/** A screen without end that understands what the draft moves and clears; its lines break where it is full. */
function createPaper(columns: number) {
  const lines = [''];
  let row = 0;
  let at = 0;
  const put = (sign: string): void => {
    if (at === columns) {
      row += 1;
      at = 0;
    }
    const line = (lines[row] ?? '').padEnd(at);
    lines[row] = `${line.slice(0, at)}${sign}${line.slice(at + 1)}`;
    at += 1;
  };
  return {
    isTerminal: true,
    columns,
    colours: false,
    write(text: string) {
      for (const [piece] of text.matchAll(/\u001b\[[?\d]*[a-zA-Z]|[\s\S]/g)) {
        if (piece === '\n') {
          row += 1;
          at = 0;
        } else if (piece === '\r') at = 0;
        else if (piece === '\u001b[2K') lines[row] = '';
        else if (piece === '\u001b[A') row -= 1;
        else if (!piece.startsWith('\u001b')) put(piece);
      }
    },
    lines: () => Array.from(lines, line => (line ?? '').trimEnd()),
    text: () => lines.join('\n').trimEnd(),
  };
}

const answer = `# Title

A paragraph that is longer than the paper is wide, so that it has to be broken into several lines.

- one
- two that is too long for one line of the paper as well, surely

\`\`\`text
code that is too long for one line of the paper and is broken by it
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

The end`;

function play(pieces: readonly string[], hasDraft: boolean): string {
  const paper = createPaper(40);
  const writer = createMarkdownWriter(paper, highlight, hasDraft ? createDraft(paper) : undefined);
  for (const piece of pieces) writer.add(piece);
  writer.end();
  return paper.text();
}

describe('a draft', () => {
  it('shows what is not whole yet', () => {
    const paper = createPaper(40);
    const writer = createMarkdownWriter(paper, highlight, createDraft(paper));
    writer.add('Some **bold** wor');
    expect(paper.text()).toBe('Some bold wor');
    writer.add('ds of a sentence that goes on below itself');
    expect(paper.lines()).toEqual(['Some bold words of a sentence that goes', 'on below itself']);
    writer.add('.\n\nMore');
    expect(paper.lines().slice(2)).toEqual(['', 'More']);
  });

  it('leaves nothing behind, wherever the answer is cut', () => {
    const whole = play([answer], false);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), sizes => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < answer.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(answer.slice(at, at + size));
          at += size;
        }
        expect(play(pieces, true)).toBe(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('is no longer than the window, so that it can be taken back', () => {
    const paper = createPaper(40);
    const draft = createDraft({ ...paper, stream: { rows: 6 } as NodeJS.WriteStream });
    draft.show(Array.from({ length: 30 }, (_, at) => `line ${at}`).join('\n'));
    expect(paper.lines()).toEqual(['line 26', 'line 27', 'line 28', 'line 29']);
    draft.clear();
    expect(paper.text()).toBe('');
  });
});
