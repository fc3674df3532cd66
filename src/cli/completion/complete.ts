import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { clientNames } from '../clients/index.ts';
import { keyOf, names, table } from '../settings.ts';
import { openAccounts } from '../sign-ins.ts';
import type { World } from '../world.ts';

/** A word that could stand there, with what it means. */
export interface Candidate {
  readonly word: string;
  readonly help?: string | undefined;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether a path could stand there, too. */
  readonly takesFiles: boolean;
}

/** What the last of some words could be, an empty one too. */
export async function complete(program: Command, words: readonly string[], world: World): Promise<Completion> {
  // bash makes three words of `--effort=high`; the others leave it one.
  const before = words.slice(0, -1).filter(word => word !== '=');
  const last = words.at(-1) ?? '';
  const [, name, value = ''] = /^(--[^=]+)=(.*)$/.exec(last) ?? [];
  const part = name === undefined ? last.replace(/^=$/, '') : value;
  const place = walk(program, name === undefined ? before : [...before, name]);
  const { candidates, takesFiles } = await candidatesFor(program, place, part, world);
  const fitting = candidates.filter(({ word }) => word.startsWith(part));
  if (name === undefined) return { candidates: fitting, takesFiles };
  return { candidates: fitting.map(({ word, help }) => ({ word: `${name}=${word}`, help })), takesFiles };
}

/** Where the words before have led. */
interface Place {
  readonly command: Command;
  /** How many arguments are there already. */
  readonly position: number;
  /** The option whose value is wanted. */
  readonly option: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let position = 0;
  let option: Option | undefined;
  for (const word of words) {
    if (option !== undefined) option = undefined;
    else if (word.startsWith('-')) option = word.includes('=') ? undefined : withValue(findOption(command, word));
    else {
      const next = position === 0 ? findCommand(command, word) : undefined;
      if (next === undefined) position += 1;
      else command = next;
    }
  }
  return { command, position, option };
}

async function candidatesFor(
  program: Command,
  { command, position, option }: Place,
  part: string,
  world: World,
): Promise<Completion> {
  if (option !== undefined) return valuesOf(option, world);
  if (part.startsWith('-')) return only(optionsOf(command).flatMap(describe));
  const below = visible(command);
  if (below.length > 0) return position === 0 ? only(below) : nothing;
  if (command.name() === 'help') return only(visible(program));
  const argument = command.registeredArguments[Math.min(position, command.registeredArguments.length - 1)];
  if (argument === undefined) return nothing;
  if (argument.argChoices !== undefined) return only(argument.argChoices.map(word => ({ word })));
  const path = `${command.parent === program ? '' : `${command.parent?.name()} `}${command.name()}`;
  const list = byArgument[`${path} ${argument.name()}`];
  return list === undefined
    ? { candidates: [], takesFiles: path === 'run' || path === 'replay' }
    : only(await list(world));
}

async function valuesOf(option: Option, world: World): Promise<Completion> {
  if (option.argChoices !== undefined) return only(option.argChoices.map(word => ({ word })));
  const list = byOption[option.long ?? ''];
  if (list !== undefined) return only(await list(world));
  return { candidates: [], takesFiles: /file|folder/.test(option.flags) };
}

const only = (candidates: readonly Candidate[]): Completion => ({ candidates, takesFiles: false });
const nothing = only([]);

const withValue = (option: Option | undefined): Option | undefined =>
  option?.required || option?.optional ? option : undefined;

const findOption = (command: Command, word: string): Option | undefined =>
  optionsOf(command).find(({ long, short }) => word === long || word === short);

const findCommand = (command: Command, word: string): Command | undefined =>
  command.commands.find(one => one.name() === word || one.aliases().includes(word));

const optionsOf = (command: Command): readonly Option[] =>
  [...command.options, ...(command.parent?.options ?? [])].filter(
    ({ hidden, long }) => !hidden && long !== '--version',
  );

const describe = ({ long, description }: Option): readonly Candidate[] =>
  long ? [{ word: long, help: description }] : [];

const visible = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map(one => ({ word: one.name(), help: one.summary() || one.description() }));

type List = (world: World) => Promise<readonly Candidate[]>;

const accounts: List = async world =>
  (await (await openAccounts(world)).list()).map(({ name, credential }) => ({
    word: name,
    help: credential.provider ?? credential.kind,
  }));

// Nothing is asked of the service for this: what was listed last is good enough.
const models: List = async world => {
  const [{ readCache }, { builtInModels }] = await Promise.all([
    import('../../kiro/models/cache.ts'),
    import('../../kiro/models/built-in.ts'),
  ]);
  const kept = await readCache(join(world.folders.cache, 'models.json'));
  return (kept?.models ?? builtInModels).map(({ id, name }) => ({ word: id, help: name }));
};

const conversations: List = async world => {
  const { historyFile, openHistory } = await import('../chat/history.ts');
  if (!existsSync(historyFile(world))) return [];
  const history = await openHistory(world);
  try {
    return history.list().map(({ id, name, title }) => ({ word: name ?? String(id), help: title }));
  } finally {
    history.close();
  }
};

const named: List = async world => (await conversations(world)).filter(({ word }) => !/^\d+$/.test(word));
const settings: List = async () => names.map(name => ({ word: keyOf(name), help: table[name].help }));
const clients: List = async () => clientNames.map(word => ({ word }));

const byOption: Readonly<Record<string, List>> = {
  '--model': models,
  '--account': accounts,
  '--conversation': named,
};

const byArgument: Readonly<Record<string, List>> = {
  'accounts use name': accounts,
  'accounts rename name': accounts,
  'accounts remove name': accounts,
  'logout name': accounts,
  'config get name': settings,
  'config set name': settings,
  'config unset name': settings,
  'setup client': clients,
  'models words': models,
  'history show conversation': conversations,
  'history export conversation': conversations,
  'history delete conversations': conversations,
};
