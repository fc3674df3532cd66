import { createInterface } from 'node:readline';
import { Ended } from '../exit.ts';
import type { World } from '../world.ts';

/** What completes the word before the cursor: the candidates, and the part that they replace. */
export type Complete = (line: string) => [candidates: string[], part: string];

/** Reads what a person types, with editing, the lines before, and completion. */
export interface LineReader {
  /**
   * One message, of one line or several; undefined when the person wants to leave. Throws `Ended` when that was said
   * with Ctrl-C: twice, or once where `isStopped` tells that it was pressed just before.
   */
  read(prompt: string, isStopped?: boolean): Promise<string | undefined>;
}

/**
 * A message goes on after a line that ends with `\`, between two `"""`, and within what is pasted. The terminal is
 * given back after each message, so that Ctrl-C reaches the program while an answer comes. `earlier` holds the lines of
 * times before, the last one first.
 */
export function createLineReader(
  { input, output }: Pick<World, 'input' | 'output'>,
  complete: Complete,
  earlier: readonly string[] = [],
): LineReader {
  let history = [...earlier];
  let isLeaving = false;

  return {
    read: (prompt, isStopped = false) =>
      new Promise((resolve, reject) => {
        if (input.stream === undefined || output.stream === undefined) return resolve(undefined);
        const keyboard = input.stream;
        let isPasting = false;
        const reader = createInterface({
          input: keyboard,
          output: output.stream,
          terminal: true,
          // What is pasted is text, tabs too.
          completer: (line: string) => (isPasting ? [[`${line}\t`], line] : complete(line)),
          history: [...history],
          historySize: 500,
          prompt,
        });
        isLeaving ||= isStopped;
        const lines: string[] = [];
        const leave = (): void => {
          output.write(pasteOff);
          keyboard.off('keypress', onKey);
          reader.off('close', onClose);
          reader.close();
        };
        const settle = (text: string | undefined): void => {
          leave();
          resolve(text);
        };
        const onKey = (_: unknown, key: { readonly name?: string; readonly ctrl?: boolean } | undefined): void => {
          if (key?.name === 'paste-start') isPasting = true;
          if (key?.name === 'paste-end') isPasting = false;
          if (key?.name !== 'c' || !key.ctrl) isLeaving = false;
        };
        const finish = (): void => {
          // What is pasted comes as several lines at once, and its last one waits to be sent.
          if (lines.length === 0 || isPasting || reader.line !== '') return;
          const text = lines.join('\n');
          if (isOpen(text)) {
            reader.setPrompt(more);
            reader.prompt();
            return;
          }
          history = [...lines.toReversed().filter(line => line.trim() !== ''), ...history];
          settle(unwrap(text));
        };
        const onClose = (): void => {
          output.write('\n');
          settle(undefined);
        };
        reader.on('line', line => {
          lines.push(line);
          setImmediate(finish);
        });
        reader.on('SIGINT', () => {
          output.write('\n');
          if (isLeaving) {
            leave();
            return reject(new Ended('interrupted'));
          }
          isLeaving = reader.line === '' && lines.length === 0;
          if (isLeaving) output.write('Ctrl-C again leaves.\n');
          settle('');
        });
        // Who comes back after Ctrl-Z goes on where they were.
        reader.on('SIGCONT', () => {
          output.write(pasteOn);
          reader.prompt(true);
        });
        reader.on('close', onClose);
        keyboard.on('keypress', onKey);
        output.write(pasteOn);
        reader.prompt();
      }),
  };
}

/** Whether a message is still to go on. */
export function isOpen(text: string): boolean {
  const quotes = text.split('"""').length - 1;
  return quotes % 2 === 1 || (quotes === 0 && text.endsWith('\\'));
}

/** A message without the signs that made it several lines. */
export function unwrap(text: string): string {
  const [, quoted] = /^\s*"""\n?([\s\S]*?)\n?"""\s*$/.exec(text) ?? [];
  return quoted ?? text.replaceAll(/\\\n/g, '\n');
}

const more = '… ';
// Terminals then mark what is pasted.
const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';
