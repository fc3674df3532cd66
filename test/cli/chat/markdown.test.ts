import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHighlight } from '../../../src/cli/chat/highlight.ts';
import { createMarkdownWriter } from '../../../src/cli/chat/markdown.ts';

const highlight = await createHighlight();

function set(pieces: readonly string[], options: { colours?: boolean; columns?: number } = {}): string {
  const shown: string[] = [];
  const screen = { isTerminal: true, columns: options.columns ?? 60, colours: options.colours ?? true };
  const writer = createMarkdownWriter({ ...screen, write: text => void shown.push(text) }, highlight);
  for (const piece of pieces) writer.add(piece);
  writer.end();
  return shown.join('');
}

const answer = `# Title

Some **bold** words.

- one

- two

  \`\`\`sh
  ls
  \`\`\`

\`\`\`python
def f():  # why
    return "x"
\`\`\`

| a | b |
|---|---|
| 1 | 2 |
`;

describe('Markdown on a terminal', () => {
  it('is the same wherever the stream is cut', () => {
    const whole = set([answer]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), sizes => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < answer.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(answer.slice(at, at + size));
          at += size;
        }
        expect(set(pieces)).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('shows each block as soon as it is whole, and code line by line', () => {
    const parts: string[] = [];
    const shown = (): string => parts.join('');
    const screen = { isTerminal: true, columns: 60, colours: false, write: (text: string) => void parts.push(text) };
    const writer = createMarkdownWriter(screen, highlight);
    writer.add('First.\n\nSec');
    expect(shown()).toBe('First.\n');
    writer.add('ond.\n\n```js\nlet a;\n');
    expect(shown()).toContain('First.\n\nSecond.\n\n');
    expect(shown()).toContain('let a;\n');
  });

  it('colours code by its language, across lines', () => {
    const shown = set(['```python\n"""a\nb"""\nreturn\n```\n']);
    expect(shown).toContain('\u001b[32mb"""\u001b[39m');
    expect(shown).toContain('\u001b[35mreturn\u001b[39m');
    expect(set(['```nonsense\nreturn\n```\n'])).toContain(' return\n');
  });

  it('keeps a list together, with the code in it', () => {
    const shown = stripVTControlCharacters(set([answer]));
    expect(shown).toMatch(/• one\n +• two\n[\s\S]*│ ls/);
  });

  it('has no escapes where no colours are wanted', () => {
    expect(set([answer], { colours: false })).not.toContain('\u001b');
  });

  it('loses nothing of an answer that ends in the middle of code', () => {
    expect(stripVTControlCharacters(set(['```\nlet it be']))).toContain('let it be');
  });

  it('lets no text of a model move the cursor or name the window', () => {
    const shown = set(['a\u001b[2Jb\u001b]0;mine\u0007c\u009b1md\n\n```\n\u001b[1mx\r\n```\n'], { colours: false });
    expect(shown).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(shown).toContain('a[2Jb]0;minec1md');
  });

  it('writes a bare address once, and those of links, code and quotations as they are', () => {
    const text =
      'See https://example.org/a_b, <https://b.org>, `https://c.org` and [d](https://d.org).\n\n    https://e.org\n';
    const shown = stripVTControlCharacters(set([text], { columns: 120 }));
    expect(shown).toContain('See https://example.org/a_b, https://b.org, https://c.org and d (https://d.org).');
    expect(shown).not.toContain('\\');
  });
});
