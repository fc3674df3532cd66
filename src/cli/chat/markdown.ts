import { paint } from '../print.ts';
import type { Screen } from '../world.ts';
import type { Draft } from './draft.ts';
import type { Highlight } from './highlight.ts';
import { withoutControls } from './plain-text.ts';

/** Writes Markdown for a terminal while it comes: each block when it is whole, code line by line, the rest as a draft. */
export interface MarkdownWriter {
  add(text: string): void;
  /** Writes what is left. */
  end(): void;
}

/** Blocks are set by Bun's own renderer, and code is coloured here, where more languages are known. */
export function createMarkdownWriter(screen: Screen, highlight: Highlight, draft?: Draft): MarkdownWriter {
  const { dim } = paint(screen);
  let rest = '';
  let block: string[] = [];
  let fence: Fence | undefined;
  let isFirst = true;
  let isDrafted = false;

  const write = (text: string): void => {
    if (isDrafted) draft?.clear();
    isDrafted = false;
    screen.write(text);
  };
  const gap = (): void => {
    if (!isFirst) write('\n');
    isFirst = false;
  };
  const flush = (): void => {
    const text = block.join('\n').trim();
    block = [];
    if (text === '') return;
    gap();
    write(`${setBlock(text, screen)}\n`);
  };
  const writeCode = (line: string, { code, language }: Fence): void => {
    code.push(line.trimEnd());
    // What a line means depends on those before it; not on all of a very long block.
    const at = code.length - 1;
    const from = Math.max(0, at - (at % lookBack) - lookBack);
    const lines = screen.colours ? highlight(code.slice(from).join('\n'), language).split('\n') : code;
    write(`${dim('│')} ${lines.at(-1) ?? ''}\n`);
  };
  const take = (line: string): void => {
    if (fence !== undefined) {
      if (isEnd(line, fence)) {
        write(`${dim('└─')}\n`);
        fence = undefined;
      } else writeCode(line, fence);
      return;
    }
    const opened = isList(block) ? undefined : openFence(line);
    if (opened !== undefined) {
      flush();
      gap();
      write(`${dim(`┌─ ${opened.language}`.trimEnd())}\n`);
      fence = opened;
      return;
    }
    if (endsBlock(block, line)) flush();
    block.push(line);
    // Only what a list goes on with has to be waited for.
    if (line.trim() === '' && !isList(block)) flush();
  };
  const sketch = (): string => {
    if (fence !== undefined) return rest === '' ? '' : `${dim('│')} ${rest}`;
    const text = [...block, rest].join('\n').trim();
    return text === '' ? '' : `${isFirst ? '' : '\n'}${setBlock(text, screen)}`;
  };

  return {
    add(text) {
      const lines = (rest + withoutControls(text)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
      const unfinished = draft === undefined ? '' : sketch();
      if (unfinished === '') return;
      draft?.show(unfinished);
      isDrafted = true;
    },
    end() {
      draft?.clear();
      isDrafted = false;
      if (rest !== '') take(rest);
      rest = '';
      if (fence !== undefined) write(`${dim('└─')}\n`);
      fence = undefined;
      flush();
    },
  };
}

interface Fence {
  readonly mark: string;
  readonly language: string;
  readonly code: string[];
}

function setBlock(text: string, screen: Screen): string {
  const columns = Math.max(20, Math.min(screen.columns, widest));
  return Bun.markdown.ansi(withAddressesOnce(text), { columns, colors: screen.colours, light: false }).trimEnd();
}

// The renderer would write a bare address twice: as a link and as what it leads to.
function withAddressesOnce(text: string): string {
  return text.replaceAll(
    /(`+)[\s\S]*?\1|^(?: {4}|\t).*$|<(https?:\/\/[^\s<>]+)>|(?<!\]\(<?|\]:\s?|="?|\w)https?:\/\//gm,
    (found, _, address) => {
      const bare: string = address ?? found;
      return bare.startsWith('http') ? bare.replace('://', '\\://') : found;
    },
  );
}

function openFence(line: string): Fence | undefined {
  const [, mark, info = ''] = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/.exec(line) ?? [];
  return mark === undefined ? undefined : { mark, language: info.trim().split(/[\s,{]/)[0] ?? '', code: [] };
}

const isEnd = (line: string, { mark }: Fence): boolean => {
  const text = line.trim();
  return text.length >= mark.length && text === (mark[0] ?? '').repeat(text.length);
};

// An empty line ends a block, but not within a list, which goes on with its next item or with what is indented.
function endsBlock(block: readonly string[], next: string): boolean {
  if (next.trim() === '' || block.at(-1)?.trim() !== '') return false;
  return !(isList(block) && (/^\s/.test(next) || listItem.test(next)));
}

const isList = (block: readonly string[]): boolean => listItem.test(block.find(line => line.trim() !== '') ?? '');
const listItem = /^\s*(?:[-*+]|\d+[.)])\s/;

// Lines that are too long are hard to read.
const widest = 100;
const lookBack = 200;
