/** Where one of some marks begins in a text, or where the text ends with what may become one. */
export interface Beginning {
  readonly at: number;
  /** Undefined: only a part of a mark is there yet. */
  readonly mark?: string;
}

/** Finds the mark that is complete first, as if the text came letter by letter; else a part of one at the very end. */
export function findBeginning(text: string, marks: readonly string[]): Beginning | undefined {
  let found: Required<Beginning> | undefined;
  for (const mark of marks) {
    const at = text.indexOf(mark);
    if (at < 0) continue;
    const sooner = found === undefined ? -1 : at + mark.length - (found.at + found.mark.length);
    if (sooner < 0 || (sooner === 0 && at < (found?.at ?? 0))) found = { at, mark };
  }
  return found ?? findPart(text, marks);
}

function findPart(text: string, marks: readonly string[]): Beginning | undefined {
  let longest = 0;
  for (const mark of marks) if (mark.length > longest) longest = mark.length;
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at += 1) {
    for (const mark of marks) {
      if (mark.length > text.length - at && mark.startsWith(text.slice(at))) return { at };
    }
  }
  return undefined;
}
