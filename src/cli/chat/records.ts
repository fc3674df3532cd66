import { UsageError } from '../exit.ts';
import { writeNamed } from '../file-problem.ts';
import { type Column, paint, quoted, shortTime, writeTable } from '../print.ts';
import { askYesNo, canAsk } from '../questions.ts';
import type { World } from '../world.ts';
import { textOf } from './display.ts';
import { type ExportForm, exportAs, filesOf } from './export.ts';
import { type Conversation, findConversation, type History, type KeptMessage, openHistory } from './history.ts';

/** Writes the conversations, or those with all the words. */
export async function runHistoryList(
  world: World,
  words: readonly string[],
  options: { readonly json?: true },
): Promise<void> {
  const conversations = await withHistory(world, history => history.list().filter(one => has(one, words)));
  if (options.json) {
    world.output.write(`${JSON.stringify(conversations, null, 2)}\n`);
    return;
  }
  if (conversations.length > 0)
    world.output.write(writeTable(conversations, columnsAt(world.now()), world.output.columns));
  else if (words.length === 0) world.errors.write(noneYet);
  else world.errors.write(`No conversation has ${quoted(words)}. See all: kiro-gw history list\n`);
}

/** Writes a conversation as it was. */
export async function runHistoryShow(
  world: World,
  which: string | undefined,
  options: { readonly json?: true },
): Promise<void> {
  const { conversation, messages } = await withHistory(world, history => read(history, which));
  if (options.json) {
    world.output.write(`${JSON.stringify({ ...conversation, messages }, null, 2)}\n`);
    return;
  }
  const { bold, dim } = paint(world.output);
  world.output.write(`${bold(conversation.title)}\n`);
  for (const { role, content, model } of messages) {
    const text = [...filesOf(content), textOf(content)].filter(Boolean).join('\n');
    world.output.write(role === 'user' ? `\n${bold('>')} ${text}\n` : `\n${dim(model ?? '')}\n`);
    if (role === 'assistant') await writeAnswer(text, world);
  }
}

/** Writes conversations in a form for other programs. */
export async function runHistoryExport(
  world: World,
  which: string | undefined,
  options: { readonly format: ExportForm; readonly all?: true; readonly output?: string },
): Promise<void> {
  const chosen = await withHistory(world, history =>
    options.all
      ? history.list().map(conversation => ({ conversation, messages: history.messages(conversation.id) }))
      : [read(history, which)],
  );
  if (chosen.length === 0) world.errors.write(noneYet);
  const objects = chosen.map(({ conversation, messages }) => ({ ...conversation, messages }));
  const text =
    options.format === 'json'
      ? `${JSON.stringify(options.all ? objects : objects[0], null, 2)}\n`
      : chosen.map(({ conversation, messages }) => exportAs('markdown', messages, conversation.title)).join('\n');
  if (options.output === undefined) world.output.write(text);
  else writeNamed(options.output, text);
}

/** Forgets conversations. */
export async function runHistoryDelete(
  world: World,
  which: readonly string[],
  options: { readonly all?: true; readonly yes?: true },
): Promise<void> {
  if (which.length === 0 && !options.all) {
    throw new UsageError('Which conversation? The list is in: kiro-gw history list (--all deletes every one)');
  }
  const isMeant = !options.all || options.yes || !canAsk(world) || (await askAll(world));
  if (!isMeant) {
    world.errors.write('Nothing was deleted.\n');
    return;
  }
  const deleted = await withHistory(world, history => {
    const chosen = options.all ? history.list() : which.map(one => findConversation(history, one));
    if (options.all) history.removeAll();
    else for (const { id } of chosen) history.remove(id);
    return chosen.length;
  });
  world.errors.write(`Deleted ${deleted} conversation${deleted === 1 ? '' : 's'}.\n`);
}

// Nobody can bring them back.
async function askAll(world: World): Promise<boolean> {
  const count = await withHistory(world, history => history.list().length);
  return count === 0 || askYesNo(`Delete all ${count} conversations?`, world);
}

const noneYet = 'There is no conversation yet. Begin one with: kiro-gw chat\n';

function read(
  history: History,
  which: string | undefined,
): { conversation: Conversation; messages: readonly KeptMessage[] } {
  const conversation = findConversation(history, which);
  return { conversation, messages: history.messages(conversation.id) };
}

async function withHistory<T>(world: World, work: (history: History) => T): Promise<T> {
  const history = await openHistory(world);
  try {
    return work(history);
  } finally {
    history.close();
  }
}

async function writeAnswer(text: string, { output }: World): Promise<void> {
  if (!output.isTerminal) {
    output.write(`${text}\n`);
    return;
  }
  const [{ createMarkdownWriter }, { createHighlight }] = await Promise.all([
    import('./markdown.ts'),
    import('./highlight.ts'),
  ]);
  const writer = createMarkdownWriter(output, await createHighlight());
  writer.add(text);
  writer.end();
}

const has = ({ name, title, model }: Conversation, words: readonly string[]): boolean => {
  const text = `${name ?? ''} ${title} ${model}`.toLowerCase();
  return words.every(word => text.includes(word.toLowerCase()));
};

const columnsAt = (now: number): readonly Column<Conversation>[] => [
  { title: 'ID', right: true, read: ({ id }) => String(id) },
  { title: 'NAME', read: ({ name }) => name ?? '' },
  { title: 'AGE', right: true, read: ({ changedAt }) => ageOf(now - changedAt) },
  { title: 'MESSAGES', right: true, read: ({ messages }) => String(messages) },
  { title: 'MODEL', read: ({ model }) => model },
  { title: 'BEGINS', read: ({ title }) => title },
];

const ageOf = (age: number): string => (age < 60_000 ? 'now' : age < 120_000 ? '1 min' : shortTime(age));
