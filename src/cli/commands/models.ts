import type { Command } from 'commander';
import { ChatError, toChatError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { ModelList } from '../../kiro/models.ts';
import { explain } from '../explain.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { addSettings, settingsOf } from '../options.ts';
import { type Column, paint, quoted, shortNumber, shortTime, writeTable } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface ModelsOptions {
  readonly json?: true;
  readonly refresh?: true;
}

/** `kiro-gw models`: what the account can use. */
export function addModels(program: Command, world: World): void {
  const command = program
    .command('models')
    .summary('list the models of the account')
    .description('List the models of the account.')
    .argument('[words...]', 'only those whose id, name or description has all these words')
    .option('--refresh', 'ask the service, also when the list on disk is fresh')
    .option('--json', 'write JSON instead of a table')
    .addHelpText('after', examples);
  addSettings(command, 'account', 'log').action((words: string[]) =>
    runModels(settingsOf(command, world), world, words, command.opts<ModelsOptions>()),
  );
}

/** Writes the list, and on standard error how old it is. */
export async function runModels(
  resolved: ResolvedSettings,
  world: World,
  words: readonly string[],
  options: ModelsOptions,
): Promise<void> {
  const gateway = await openGateway(resolved, world);
  try {
    const { models, source, fetchedAt, problem, account } = await listModels(gateway, options, world);
    if (problem !== undefined) explain(problem, world);
    const wanted = models.filter(model => words.every(word => textOf(model).includes(word.toLowerCase())));
    if (options.json) {
      world.output.write(`${JSON.stringify(wanted, null, 2)}\n`);
      return;
    }
    if (wanted.length > 0) world.output.write(writeTable(wanted, columns, world.output.columns));
    else world.errors.write(`No model has ${quoted(words)} in its id, name or description. See all: kiro-gw models\n`);
    const marks = wanted.some(({ isDefault }) => isDefault) ? ' * is the default.' : '';
    const age = `${ageOf(source, fetchedAt, world.now())}${marks}`;
    world.errors.write(paint(world.errors).dim(`\n${age}${forWhom(account)}\n`));
  } finally {
    await gateway.close();
  }
}

// A list of an hour ago, or of another account, is asked for anew; where that fails it is shown all the same, and why.
async function listModels({ kiro, auth }: Gateway, { refresh }: ModelsOptions, world: World): Promise<ModelList> {
  const list = await kiro.modelList(refresh);
  if (list.source !== 'cache') return list;
  const { used, problem } = await auth.describe();
  if (used === undefined) return { ...list, problem: new ChatError('login', problem ?? 'Nobody is signed in.') };
  const isOld = world.now() - (list.fetchedAt ?? 0) > hour;
  const account = used.profileArn ?? (used.kind === 'api-key' ? 'API key' : undefined);
  const isOthers = account !== undefined && account !== list.account;
  if (!isOld && !isOthers) return list;
  return kiro.modelList(true).catch((thrown: unknown) => ({ ...list, problem: toChatError(thrown) }));
}

const hour = 3_600_000;

const textOf = ({ id, name, description }: Model): string => `${id} ${name} ${description ?? ''}`.toLowerCase();

const forWhom = (account: string | undefined): string => {
  if (account === undefined) return '';
  const [, profile] = /:profile\/(.+)$/.exec(account) ?? [];
  return profile === undefined ? `\nFor the ${account}.` : `\nFor the account with the profile ${profile}.`;
};

function ageOf(source: 'live' | 'cache' | 'built-in', fetchedAt: number | undefined, now: number): string {
  if (source === 'live') return 'As the service lists them now.';
  if (source === 'cache') {
    const age = now - (fetchedAt ?? 0);
    return `As the service listed them ${age < 120_000 ? 'just now' : `${shortTime(age)} ago`}; --refresh asks again.`;
  }
  return 'The service could not be asked: this is the built-in list.';
}

const columns: readonly Column<Model>[] = [
  { title: '', read: model => (model.isDefault ? '*' : ' ') },
  { title: 'ID', read: model => model.id },
  { title: 'NAME', spare: true, read: model => model.name },
  { title: 'INPUT', right: true, read: model => amount(model.maxInputTokens) },
  { title: 'OUTPUT', right: true, read: model => amount(model.maxOutputTokens) },
  { title: 'RATE', right: true, read: model => (model.rate === undefined ? '' : `${model.rate}×`) },
  { title: 'TAKES', read: model => model.inputs.join(', ') },
  {
    title: 'EFFORT',
    read: model => model.efforts.join(' ') || (model.thinks ? 'thinks' : ''),
    brief: model => ranges(model.efforts) || (model.thinks ? 'thinks' : ''),
  },
];

/** Levels that follow each other as the first and the last of them: `low to high, max`. */
function ranges(efforts: readonly string[]): string {
  const runs: string[][] = [];
  for (const effort of efforts) {
    const last = runs.at(-1);
    const isNext = last !== undefined && scale.indexOf(effort) === scale.indexOf(last.at(-1) ?? '') + 1;
    if (isNext && scale.includes(effort)) last.push(effort);
    else runs.push([effort]);
  }
  return runs.map(run => (run.length < 3 ? run.join(', ') : `${run[0]} to ${run.at(-1)}`)).join(', ');
}

// As `chat --effort` takes them, but for the one that hardly any model has: it is no gap where it is missing.
const scale = ['none', 'low', 'medium', 'high', 'xhigh', 'max'];
const amount = (tokens: number | undefined): string => (tokens === undefined ? '' : shortNumber(tokens));

const examples = `
Examples:
  kiro-gw models
  kiro-gw models claude opus      only those with both words
  kiro-gw models --json | jq -r '.[].id'
`;
