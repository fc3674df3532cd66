import { isDeepStrictEqual } from 'node:util';
import type { ParseError } from 'jsonc-parser';
import { UsageError } from '../exit.ts';
import type { Form } from './client.ts';

/** A change of one place; without a value the place is taken out. */
export interface Change {
  readonly path: Place;
  readonly value?: unknown;
}

/** Keys, and positions in lists. */
export type Place = readonly (string | number)[];

/** A language of configuration files. Both take the text of a file, empty for a new one. */
export interface Language {
  read(text: string): unknown;
  /** Makes the changes one after the other; everything else stays as it was written. */
  write(text: string, changes: readonly Change[]): string;
}

/** The language of a file; its library is loaded only now. */
export const loadLanguage = (form: Form): Promise<Language> => languages[form]();

/** What a document has at a place. */
export function valueAt(document: unknown, path: Place): unknown {
  return path.reduce<unknown>((value, key) => (isContainer(value) ? Reflect.get(value, key) : undefined), document);
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

const languages: Readonly<Record<Form, () => Promise<Language>>> = {
  async json() {
    const { applyEdits, modify, parse, printParseErrorCode } = await import('jsonc-parser');
    const read = (text: string): unknown => {
      if (text.trim() === '') return {};
      const errors: ParseError[] = [];
      const value: unknown = parse(text, errors, { allowTrailingComma: true });
      const [first] = errors;
      if (first !== undefined) throw new UsageError(`${printParseErrorCode(first.error)} at position ${first.offset}`);
      return mapping(value);
    };
    const formatting = (text: string) => ({
      insertSpaces: !/^\t/m.test(text),
      tabSize: /^( +)"/m.exec(text)?.[1]?.length ?? 2,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    });
    return {
      read,
      write(text, changes) {
        const isNew = text.trim() === '';
        const options = { formattingOptions: formatting(text) };
        let written = isNew ? '{}' : text;
        for (const { path, value } of changes)
          written = applyEdits(written, modify(written, [...path], value, options));
        return isNew ? `${written}\n` : written;
      },
    };
  },
  async toml() {
    const { parse, patch } = await import('@decimalturn/toml-patch');
    return {
      read: text => mapping(parse(text)),
      write(text, changes) {
        const document = mapping(parse(text));
        for (const change of changes) put(document, change);
        return patch(text, document, { inlineTableStart: 3 });
      },
    };
  },
  async yaml() {
    const { parseDocument } = await import('yaml');
    const parse = (text: string) => {
      const document = parseDocument(text);
      const [first] = document.errors;
      if (first !== undefined) throw new UsageError(first.message.split('\n')[0]?.replace(/:$/, '') ?? 'no valid YAML');
      return document;
    };
    return {
      read: text => mapping(parse(text).toJS() ?? {}),
      write(text, changes) {
        const document = parse(text);
        for (const { path, value } of changes) {
          if (value === undefined) document.deleteIn(path);
          // A plain value is changed in place, which keeps the comment behind it.
          else document.setIn(path, isContainer(value) ? document.createNode(value) : value);
        }
        return document.toString({
          lineWidth: 0,
          indentSeq: !/^\S.*:\s*\n- /m.test(text),
          flowCollectionPadding: !/[[{][^\s\]}]/.test(text),
        });
      },
    };
  },
};

function mapping(value: unknown): Record<string, unknown> {
  if (isContainer(value) && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError('it does not hold settings by name');
}

function put(document: object, { path, value }: Change): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let holder = document;
  for (const key of path.slice(0, -1)) {
    const inner: unknown = Reflect.get(holder, key);
    if (!isContainer(inner)) Reflect.set(holder, key, {});
    holder = Reflect.get(holder, key) as object;
  }
  if (value !== undefined) Reflect.set(holder, last, value);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
}

/** Whether two values of documents are the same. */
export const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other);
