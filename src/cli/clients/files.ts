import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../exit.ts';
import type { World } from '../world.ts';
import type { FilePlan, Form } from './client.ts';
import { isSame, type Language, loadLanguage } from './documents.ts';
import { hashOf, type MadeEdit, makeEdits, rememberEdits, takeBack } from './edits.ts';

/** What was done to one file. */
interface Done {
  readonly path: string;
  readonly form: Form;
  /** The file as it was; none when there was none. */
  readonly backup?: string;
  readonly mode?: number;
  /** Of the file as it was left. */
  readonly hash: string;
  readonly edits: readonly MadeEdit[];
}

/** What became of a file. */
export interface Outcome {
  readonly path: string;
  readonly did: 'changed' | 'made' | 'restored' | 'removed' | 'cleaned';
  readonly backup?: string;
}

type Place = Pick<World, 'folders'>;

/** Whether the files of a client are as `setup` left them, as far as is known. */
export const isSetUp = (name: string, place: Place): boolean => existsSync(recordFile(name, place));

/** Makes the edits, each file with a backup beside it. What an earlier time did is taken back first. */
export async function writeFiles(name: string, plans: readonly FilePlan[], place: Place): Promise<readonly Outcome[]> {
  // All of it is worked out before anything is touched.
  const earlier = readRecord(name, place);
  const works = await Promise.all(
    plans.map(async plan => {
      const path = existsSync(plan.path) ? realpathSync(plan.path) : plan.path;
      const language = await loadLanguage(plan.form);
      const done = earlier.find(one => one.path === path);
      const before = beforeOf(path, done, language);
      return { plan, path, before, after: edit(before ?? '', plan, path, language) };
    }),
  );
  const isKept = (path: string): boolean => works.some(work => work.path === path);
  await undo(earlier.filter(({ path }) => !isKept(path)));
  const record = works.map(({ plan, path, before, after }): Done => {
    const backup = `${path}.before-kiro-gw`;
    const mode = earlier.find(one => one.path === path)?.mode ?? modeOf(path);
    mkdirSync(dirname(path), { recursive: true });
    if (before === undefined) rmSync(backup, { force: true });
    else writeWhole(backup, before, mode ?? 0o600);
    writeWhole(path, after, plan.isSecret ? 0o600 : (mode ?? 0o644));
    return {
      path,
      form: plan.form,
      ...(before === undefined ? {} : { backup }),
      ...(mode === undefined ? {} : { mode }),
      hash: hashOf(after),
      edits: rememberEdits(
        plan.edits.filter(one => 'entries' in one || one.unlessSet !== true || before === undefined),
      ),
    };
  });
  const file = recordFile(name, place);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeWhole(file, `${JSON.stringify(record, null, 2)}\n`, 0o600);
  return record.map(({ path, backup }) => ({
    path,
    did: backup === undefined ? 'made' : 'changed',
    ...(backup === undefined ? {} : { backup }),
  }));
}

/** Takes back what `writeFiles` did. A file that nobody changed since is as it was, to the byte. */
export async function undoFiles(name: string, place: Place): Promise<readonly Outcome[]> {
  const outcomes = await undo(readRecord(name, place));
  rmSync(recordFile(name, place), { force: true });
  return outcomes;
}

/** A file of its own with the edits and nothing else: what to paste. */
export async function writeFragment({ form, edits }: FilePlan): Promise<string> {
  return makeEdits('', edits, await loadLanguage(form));
}

async function undo(record: readonly Done[]): Promise<readonly Outcome[]> {
  return Promise.all(
    record.map(async (done): Promise<Outcome> => {
      const { path, backup, mode } = done;
      const isUntouched = hashOf(readText(path) ?? '') === done.hash;
      const before = beforeOf(path, done, await loadLanguage(done.form));
      if (before === undefined) rmSync(path, { force: true });
      else writeWhole(path, before, mode ?? modeOf(path) ?? 0o600);
      if (backup !== undefined) rmSync(backup, { force: true });
      return { path, did: before === undefined ? 'removed' : isUntouched ? 'restored' : 'cleaned' };
    }),
  );
}

/** A file as it would be without us; undefined when there would be none. */
function beforeOf(path: string, done: Done | undefined, language: Language): string | undefined {
  const now = readText(path);
  if (done === undefined || now === undefined) return now;
  const backup = done.backup === undefined ? undefined : readText(done.backup);
  if (hashOf(now) === done.hash)
    return done.backup === undefined ? undefined : (backup ?? clean(now, '', done, language));
  const cleaned = clean(now, backup ?? '', done, language);
  const isEmpty = isSame(language.read(cleaned), {});
  return done.backup === undefined && isEmpty ? undefined : cleaned;
}

function clean(now: string, before: string, { path, edits }: Done, language: Language): string {
  return orExplain(path, () => takeBack(now, edits, before, language));
}

const edit = (text: string, plan: FilePlan, path: string, language: Language): string =>
  orExplain(path, () => makeEdits(text, plan.edits, language));

function orExplain(path: string, work: () => string): string {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`${path} cannot be edited safely (${(error as Error).message}). Nothing was changed.`);
  }
}

// What is no text would not come back as it was.
function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return orExplain(path, () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path)));
}

const recordFile = (name: string, { folders }: Place): string => join(folders.data, 'setup', `${name}.json`);

function readRecord(name: string, place: Place): readonly Done[] {
  const file = recordFile(name, place);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Done[]) : [];
}

const modeOf = (path: string): number | undefined => (existsSync(path) ? statSync(path).mode & 0o777 : undefined);

function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.kiro-gw-new`;
  writeFileSync(draft, text, { mode });
  // The mask of the process may have taken some of it.
  chmodSync(draft, mode);
  renameSync(draft, path);
}
