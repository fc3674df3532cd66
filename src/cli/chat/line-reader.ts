import { createInterface } from 'node:readline';
import { Ended } from '../exit.ts';
import type { World } from '../world.ts';
import { openKeyboard, type Typed } from './keyboard.ts';
import { createLongTexts } from './long-texts.ts';

/** What completes the word before the cursor: the candidates, and the part that they replace. */
export type Complete = (line: string) => [candidates: string[], part: string];

/** A message as it is meant, and as it stood at the prompt: with signs for what is long. */
export interface ReadMessage {
  readonly text: string;
  readonly line: string;
}

/** Reads what a person types, with editing, the messages before, and completion. */
export interface LineReader {
  /**
   * One message, of one line or several; undefined when the person wants to leave. Throws `Ended` when that was said
   * with Ctrl-C: twice, or once where `isStopped` tells that it was pressed just before.
   */
  read(prompt: string, isStopped?: boolean): Promise<ReadMessage | undefined>;
  /** Gives the terminal back. */
  close(): void;
}

/**
 * A message goes on after a line that ends with `\`, between two `"""`, and within what is pasted. What is typed
 * between two messages belongs to the next one. `earlier` holds the messages of times before, the last one first.
 */
export function createLineReader(
  world: Pick<World, 'input' | 'output' | 'raise' | 'suspend' | 'leave'>,
  complete: Complete,
  earlier: readonly string[] = [],
): LineReader {
  const { input, output } = world;
  const keyboard = input.stream === undefined ? undefined : openKeyboard(input.stream, world);
  const long = createLongTexts();
  let history = earlier.map(long.shorten);
  let isLeaving = false;

  return {
    read: (prompt, isStopped = false) =>
      new Promise((resolve, reject) => {
        if (keyboard === undefined || output.stream === undefined) return resolve(undefined);
        const { keys } = keyboard;
        const reader = createInterface({
          input: keys,
          output: output.stream,
          terminal: true,
          completer: complete,
          history: [...history],
          historySize: 500,
          prompt,
        });
        isLeaving ||= isStopped;
        const lines: string[] = [];
        let isDone = false;
        const leave = (): void => {
          isDone = true;
          keys.off('keypress', onKey);
          reader.off('close', onClose);
          reader.close();
          undo();
        };
        const settle = (message: ReadMessage | undefined): void => {
          leave();
          resolve(message);
        };
        const onKey = (_: unknown, key: { readonly name?: string; readonly ctrl?: boolean } | undefined): void => {
          if (key?.name !== 'c' || !key.ctrl) isLeaving = false;
        };
        const finish = (): void => {
          // What is pasted unmarked comes as several lines at once, and its last one waits to be sent.
          // A Ctrl-C may have come together with it.
          if (isDone || lines.length === 0 || reader.line !== '') return;
          const line = lines.join('\n');
          if (isOpen(line)) {
            reader.setPrompt(more);
            reader.prompt();
            return;
          }
          const text = long.expand(unwrap(line.trim()));
          if (text !== '') history = [lines.length === 1 ? line : long.shorten(text), ...history];
          settle({ text, line });
        };
        const onClose = (): void => {
          output.write('\n');
          settle(undefined);
        };
        const take = ({ kind, text }: Typed): void => {
          if (kind === 'paste') {
            reader.write(long.shorten(text));
            return;
          }
          // A sign goes as it came: whole.
          const isBackspace = text === '\u007f' || text === '\b';
          const size = isBackspace ? long.signAtEnd(reader.line.slice(0, reader.cursor)) : 0;
          keys.emit('data', size === 0 ? text : text.repeat(size));
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
          settle({ text: '', line: '' });
        });
        // Who comes back after Ctrl-Z goes on where they were.
        reader.on('SIGCONT', () => reader.prompt(true));
        reader.on('close', onClose);
        keys.on('keypress', onKey);
        reader.prompt();
        const undo = keyboard.listen(take);
      }),
    close: () => keyboard?.close(),
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
