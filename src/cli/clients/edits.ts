import { createHash } from 'node:crypto';
import type { Edit, ListEdit } from './client.ts';
import { type Change, isSame, type Language, type Place, valueAt } from './documents.ts';

/** What must be known of an edit to take it back. */
export type MadeEdit =
  | { readonly path: readonly string[]; readonly hash: string }
  | { readonly path: readonly string[]; readonly mark: ListEdit['mark'] };

/** A file's text with the edits made. */
export function makeEdits(text: string, edits: readonly Edit[], language: Language): string {
  return edits.reduce((written, edit) => {
    const there = valueAt(language.read(written), edit.path);
    if (!('entries' in edit)) {
      const isDone = isSame(there, edit.value) || (edit.unlessSet === true && there !== undefined);
      return isDone ? written : language.write(written, [{ path: edit.path, value: edit.value }]);
    }
    if (!Array.isArray(there)) return language.write(written, [{ path: edit.path, value: edit.entries }]);
    const without = language.write(written, removeMarked(there, edit.path, edit.mark));
    const kept = valueAt(language.read(without), edit.path);
    const length = Array.isArray(kept) ? kept.length : 0;
    const added = edit.entries.map((value, at): Change => ({ path: [...edit.path, length + at], value }));
    return language.write(without, added);
  }, text);
}

/** What to remember of the edits that were made. */
export const rememberEdits = (edits: readonly Edit[]): readonly MadeEdit[] =>
  edits.map(edit =>
    'entries' in edit ? { path: edit.path, mark: edit.mark } : { path: edit.path, hash: hashOf(edit.value) },
  );

/** A file's text with the edits taken back: what was there before is there again, except what was changed since. */
export function takeBack(text: string, made: readonly MadeEdit[], before: string, language: Language): string {
  const old = language.read(before);
  return made.toReversed().reduce((written, edit) => {
    const there = valueAt(language.read(written), edit.path);
    if ('mark' in edit) {
      if (!Array.isArray(there)) return written;
      return tidy(language.write(written, removeMarked(there, edit.path, edit.mark)), edit.path, old, language);
    }
    if (there === undefined || hashOf(there) !== edit.hash) return written;
    const value = valueAt(old, edit.path);
    const changed = language.write(written, [{ path: edit.path, ...(value === undefined ? {} : { value }) }]);
    return tidy(changed, edit.path, old, language);
  }, text);
}

/** A digest of a text or of a value, so that nothing secret is kept to compare with. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');

// From the end, so that the positions of the others stay.
function removeMarked(list: readonly unknown[], path: Place, { field, ending }: ListEdit['mark']): readonly Change[] {
  const isMarked = (value: unknown): boolean => typeof value === 'string' && value.endsWith(ending);
  return list
    .flatMap((entry, at): Change[] => (isMarked(valueAt(entry, [field])) ? [{ path: [...path, at] }] : []))
    .reverse();
}

/** Takes out what was made only to hold an edit and is empty now. */
function tidy(text: string, path: Place, old: unknown, language: Language): string {
  let written = text;
  for (let length = path.length; length > 0; length -= 1) {
    const place = path.slice(0, length);
    const there = valueAt(language.read(written), place);
    const isEmpty = typeof there === 'object' && there !== null && Object.keys(there).length === 0;
    if (isEmpty && valueAt(old, place) === undefined) written = language.write(written, [{ path: place }]);
  }
  return written;
}
