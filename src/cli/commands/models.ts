import type { Command } from 'commander';
import type { Model } from '../../core/model.ts';
import { explain } from '../explain.ts';
import { openGateway } from '../gateway.ts';
import { addSettings, settingsOf } from '../options.ts';
import { type Column, paint, shortNumber, shortTime, writeTable } from '../print.ts';
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
    .option('--json', 'write JSON instead of a table');
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
    const { models, source, fetchedAt, problem, account } = await gateway.kiro.modelList(options.refresh);
    if (problem !== undefined) explain(problem, world);
    const wanted = models.filter(model => words.every(word => textOf(model).includes(word.toLowerCase())));
    if (options.json) {
      world.output.write(`${JSON.stringify(wanted, null, 2)}\n`);
      return;
    }
    world.output.write(writeTable(wanted, columns, world.output.columns));
    world.errors.write(paint(world.errors).dim(`\n${ageOf(source, fetchedAt, world.now())}${forWhom(account)}\n`));
  } finally {
    await gateway.close();
  }
}

const textOf = ({ id, name, description }: Model): string => `${id} ${name} ${description ?? ''}`.toLowerCase();

const forWhom = (account: string | undefined): string => {
  if (account === undefined) return '';
  const [, profile] = /:profile\/(.+)$/.exec(account) ?? [];
  return profile === undefined ? `\nFor the ${account}.` : `\nFor the account with the profile ${profile}.`;
};

function ageOf(source: 'live' | 'cache' | 'built-in', fetchedAt: number | undefined, now: number): string {
  if (source === 'live') return 'As the service lists them now. * is the default.';
  if (source === 'cache') {
    const age = fetchedAt === undefined ? 'some time' : shortTime(now - fetchedAt);
    return `As the service listed them ${age} ago; --refresh asks again. * is the default.`;
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
  { title: 'EFFORT', read: model => model.efforts.join(' ') || (model.thinks ? 'thinks' : '') },
];
const amount = (tokens: number | undefined): string => (tokens === undefined ? '' : shortNumber(tokens));
