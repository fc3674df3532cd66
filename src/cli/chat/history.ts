import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Message, Usage } from '../../core/chat.ts';
import { UsageError } from '../exit.ts';
import { fileProblem, otherFolder } from '../file-problem.ts';
import { asWord } from '../print.ts';
import type { World } from '../world.ts';
import { textOf } from './display.ts';

/** A conversation that was had. */
export interface Conversation {
  readonly id: number;
  /** As `--conversation` named it. */
  readonly name?: string;
  /** How its first question begins. */
  readonly title: string;
  readonly model: string;
  readonly system?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly changedAt: number;
  readonly messages: number;
}

/** A message of a conversation; an answer with what it took. */
export interface KeptMessage extends Message {
  readonly model?: string;
  readonly usage?: Usage;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type Draft = Pick<Conversation, 'name' | 'title' | 'model' | 'system'>;

/** The conversations of this machine, the newest first. */
export interface History {
  list(): readonly Conversation[];
  /** By name or number; the newest when none is given. */
  find(which?: string): Conversation | undefined;
  messages(id: number): readonly KeptMessage[];
  /** What was asked in all of them, line by line, the last one first. */
  questions(most: number): readonly string[];
  /** Adds to a conversation, or begins one; gives its number. */
  add(to: number | Draft, messages: readonly KeptMessage[]): number;
  /** Throws `UsageError` when another one has that name. */
  rename(id: number, name: string): void;
  remove(id: number): void;
  removeAll(): void;
  close(): void;
}

/** Where it is kept. */
export const historyFile = ({ folders }: Pick<World, 'folders'>): string => join(folders.data, 'history.sqlite3');

/** Opens the history, making it where there is none. */
export async function openHistory(world: Pick<World, 'folders' | 'now'>): Promise<History> {
  const database = await open(historyFile(world));
  const select = (where: string): string => `select c.*,
    (select count(*) from messages m where m.conversation = c.id) as messages
    from conversations c ${where} order by c.changed_at desc, c.id desc`;
  const all = (where: string, ...values: readonly (string | number)[]): readonly Conversation[] =>
    (database.prepare(select(where)).all(...values) as readonly Row[]).map(readRow);

  const begin = ({ name, title, model, system }: Draft): number => {
    const statement = database.prepare(
      'insert into conversations (name, title, model, system, started_at, changed_at) values (?, ?, ?, ?, ?, ?)',
    );
    const now = world.now();
    return Number(statement.run(name ?? null, title, model, system ?? null, now, now).lastInsertRowid);
  };
  const append = database.transaction((to: number | Draft, messages: readonly KeptMessage[]): number => {
    const id = typeof to === 'number' ? to : begin(to);
    const statement = database.prepare(
      'insert into messages (conversation, role, content, model, usage, at) values (?, ?, ?, ?, ?, ?)',
    );
    for (const { role, content, model, usage, at } of messages) {
      const kept = usage === undefined ? null : JSON.stringify(usage);
      statement.run(id, role, JSON.stringify(content), model ?? null, kept, at);
    }
    const model = messages.findLast(message => message.model !== undefined)?.model;
    database
      .prepare('update conversations set changed_at = ?, model = coalesce(?, model) where id = ?')
      .run(world.now(), model ?? null, id);
    return id;
  });

  return {
    list: () => all(''),
    find(which) {
      if (which === undefined) return all('')[0];
      return all('where c.name = ?', which)[0] ?? (/^\d+$/.test(which) ? all('where c.id = ?', which)[0] : undefined);
    },
    messages: id =>
      (database.prepare('select * from messages where conversation = ? order by id').all(id) as MessageRow[]).map(
        readMessage,
      ),
    questions: most =>
      (database.prepare(asked).all(most) as Pick<MessageRow, 'content'>[])
        .map(({ content }) => textOf(JSON.parse(content) as Message['content']))
        .filter(text => text.trim() !== ''),
    add: (to, messages) => append.immediate(to, messages),
    rename(id, name) {
      const [other] = all('where c.name = ?', name);
      if (other !== undefined && other.id !== id) {
        throw new UsageError(
          `There is a conversation "${name}" already; kiro-gw history delete ${asWord(name)} makes room.`,
        );
      }
      database.prepare('update conversations set name = ? where id = ?').run(name, id);
    },
    remove(id) {
      database.prepare('delete from conversations where id = ?').run(id);
    },
    removeAll() {
      database.exec('delete from conversations; vacuum');
    },
    close: () => void database.close(),
  };
}

/** The conversation that is meant; throws with the way to the list when there is none. */
export function findConversation(history: History, which: string | undefined): Conversation {
  const found = history.find(which);
  if (found !== undefined) return found;
  if (which === undefined) throw new UsageError('There is no conversation yet. Begin one with: kiro-gw chat');
  throw new UsageError(`There is no conversation "${which}". The list is in: kiro-gw history list`);
}

async function open(path: string): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new Sqlite(path, { timeout: 5000 });
    // What was asked is nobody else's business.
    chmodSync(path, 0o600);
    database.pragma('foreign_keys = on');
    database.pragma('secure_delete = on');
    const version = Number(database.pragma('user_version', { simple: true }));
    if (version > newest) throw new Error('it is of a newer kiro-gw');
    if (version === 0) database.exec(schema);
    return database;
  } catch (error) {
    throw new UsageError(`The history in ${path} cannot be used: ${fileProblem(error)}.${otherFolder(error)}`);
  }
}

const newest = 1;
const asked = `select content from messages where role = 'user' order by id desc limit ?`;
const schema = `begin immediate;
create table if not exists conversations (
  id integer primary key,
  name text unique,
  title text not null,
  model text not null,
  system text,
  started_at integer not null,
  changed_at integer not null
);
create table if not exists messages (
  id integer primary key,
  conversation integer not null references conversations (id) on delete cascade,
  role text not null,
  content text not null,
  model text,
  usage text,
  at integer not null
);
create index if not exists messages_of on messages (conversation, id);
pragma user_version = ${newest};
commit;`;

interface Row {
  readonly id: number;
  readonly name: string | null;
  readonly title: string;
  readonly model: string;
  readonly system: string | null;
  readonly started_at: number;
  readonly changed_at: number;
  readonly messages: number;
}

const readRow = ({ id, name, title, model, system, started_at, changed_at, messages }: Row): Conversation => ({
  id,
  title,
  model,
  messages,
  startedAt: started_at,
  changedAt: changed_at,
  ...(name === null ? {} : { name }),
  ...(system === null ? {} : { system }),
});

interface MessageRow {
  readonly role: Message['role'];
  readonly content: string;
  readonly model: string | null;
  readonly usage: string | null;
  readonly at: number;
}

const readMessage = ({ role, content, model, usage, at }: MessageRow): KeptMessage => ({
  role,
  content: JSON.parse(content) as Message['content'],
  at,
  ...(model === null ? {} : { model }),
  ...(usage === null ? {} : { usage: JSON.parse(usage) as Usage }),
});
