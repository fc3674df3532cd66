import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { World } from '../world.ts';

/** Something from the keyboard: keys as they were pressed, or a text that was pasted. */
export interface Typed {
  readonly kind: 'keys' | 'paste';
  readonly text: string;
}

/** The keyboard of a terminal while a program and a person talk by turns. */
export interface Keyboard {
  /** For what reads key by key: what it is given there comes from `listen`. */
  readonly keys: Readable;
  /** Gives what was typed meanwhile, then all that is typed, until it is undone. */
  listen(take: (typed: Typed) => void): () => void;
  /** Gives the terminal back. */
  close(): void;
}

/**
 * Takes the keyboard from the terminal, so that nothing is shown of what is typed while nobody listens: that is kept
 * for the next one who does. Ctrl-C, Ctrl-Z and Ctrl-\ do then what they do on every terminal.
 */
export function openKeyboard(
  stdin: NodeJS.ReadStream,
  { output, raise, suspend, leave }: Pick<World, 'output' | 'raise' | 'suspend' | 'leave'>,
): Keyboard {
  const hold = (isHeld: boolean): void => {
    stdin.setRawMode(isHeld);
    output.write(isHeld ? pasteOn : pasteOff);
  };
  // What reads there gives the terminal back while the program is stopped.
  const keys = Object.assign(new Readable({ read() {} }), { isTTY: true, setRawMode: hold });
  const split = createSplitter();
  const decoder = new StringDecoder();
  let kept: Typed[] = [];
  let isOver = false;
  let isGiving = false;
  let taker: ((typed: Typed) => void) | undefined;

  const give = (): void => {
    isGiving = false;
    if (taker === undefined) return;
    const next = kept.shift();
    if (next === undefined) {
      if (isOver) keys.emit('end');
      return;
    }
    isGiving = true;
    taker(next);
    // Who has read a line may have stopped listening by then.
    setImmediate(give);
  };
  const close = (): void => {
    stdin.off('data', onData);
    stdin.off('end', onEnd);
    hold(false);
    stdin.pause();
  };
  const obey = (text: string): string => {
    const at = text.search(/[\u0003\u001a\u001c]/);
    if (at < 0) return text;
    // As a terminal does it: what was typed before is gone.
    kept = [];
    // It may end the program, which leaves a terminal as it is then.
    hold(false);
    if (text[at] === '\u0003') {
      raise('SIGINT');
      hold(true);
    } else if (text[at] === '\u001a') suspend(() => hold(true));
    else {
      close();
      leave(131);
    }
    return obey(text.slice(at + 1));
  };
  const onData = (chunk: Uint8Array | string): void => {
    for (const { kind, text } of split(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)))) {
      const left = taker === undefined && kind === 'keys' ? obey(text) : text;
      if (left !== '') kept.push({ kind, text: left });
    }
    if (!isGiving) give();
  };
  const onEnd = (): void => {
    isOver = true;
    if (!isGiving) give();
  };
  stdin.on('data', onData);
  stdin.on('end', onEnd);
  hold(true);

  return {
    keys,
    listen(listener) {
      taker = listener;
      if (!isGiving) setImmediate(give);
      isGiving = true;
      return () => {
        if (taker !== listener) return;
        taker = undefined;
        hold(true);
      };
    },
    close,
  };
}

/** Tells what is pasted from what is typed, however the terminal cuts it. */
export function createSplitter(): (text: string) => readonly Typed[] {
  let pasted: string | undefined;
  let held = '';
  return text => {
    const parts: Typed[] = [];
    let rest = held + text;
    for (;;) {
      const mark = pasted === undefined ? pasteStart : pasteEnd;
      const at = rest.indexOf(mark);
      const isFound = at >= 0;
      const upTo = isFound ? at : rest.length - cutMark(rest, mark, pasted === undefined);
      const before = rest.slice(0, upTo);
      if (pasted !== undefined) pasted += before;
      else if (before !== '') parts.push({ kind: 'keys', text: before });
      if (!isFound) {
        held = rest.slice(upTo);
        return parts;
      }
      if (pasted !== undefined) parts.push({ kind: 'paste', text: pasted.replaceAll(/\r\n?/g, '\n') });
      pasted = pasted === undefined ? '' : undefined;
      rest = rest.slice(at + mark.length);
    }
  };
}

// How much of a mark stands at the end. A lone Escape among keys is one.
function cutMark(text: string, mark: string, isTyped: boolean): number {
  for (let size = mark.length - 1; size > (isTyped ? 1 : 0); size -= 1) {
    if (text.endsWith(mark.slice(0, size))) return size;
  }
  return 0;
}

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
// Terminals mark what is pasted from the one to the other.
const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';
