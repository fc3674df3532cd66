import type { Command } from 'commander';
import { changeEntry, configFile } from '../config-file.ts';
import { UsageError } from '../exit.ts';
import { didYouMean } from '../nearest.ts';
import { addConfigFlag, settingsOf } from '../options.ts';
import { type Column, writeTable } from '../print.ts';
import { keyOf, type Name, names, table } from '../settings.ts';
import { type ResolvedSettings, readSettings, shown } from '../sources.ts';
import { ValueError } from '../values.ts';
import type { World } from '../world.ts';

/** `kiro-gw config`: the settings, and the file they can be kept in. */
export function addConfig(program: Command, world: World): void {
  const command = program
    .command('config')
    .summary('show and change settings')
    .description('Show and change settings. A flag counts before the environment, that before the configuration file.')
    .addHelpText('after', examples);
  const add = (usage: string, description: string): Command =>
    addConfigFlag(command.command(usage).description(description));

  const list = add('list', 'list all settings and where each comes from').option('--json', 'write JSON');
  list.action(() => runConfigList(settingsOf(list, world), world, list.opts<{ json?: true }>()));
  const get = add('get <name>', 'show one setting');
  get.action((key: string) => runConfigGet(settingsOf(get, world), world, key));
  const set = add('set <name> <value>', 'keep a setting in the configuration file');
  set.action((key: string, value: string) => runConfigSet(settingsOf(set, world), world, key, value));
  const unset = add('unset <name>', 'take a setting out of the configuration file');
  unset.action((key: string) => runConfigSet(settingsOf(unset, world), world, key, undefined));
  const path = add('path', 'show where the configuration file is');
  path.action(() => world.output.write(`${configFile(settingsOf(path, world).file, world)}\n`));
  const edit = add('edit', 'open the configuration file in an editor ($VISUAL, $EDITOR)');
  edit.action(async () => {
    const { runConfigEdit } = await import('../config-edit.ts');
    // What is wrong in the file is no reason not to open it.
    await runConfigEdit(edit.optsWithGlobals<{ config?: string }>().config, world);
  });
  command
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(async () => {
      const { configSchema } = await import('../config-schema.ts');
      world.output.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
    });
}

/** Writes every setting with its value and source. */
export function runConfigList({ origins }: ResolvedSettings, world: World, options: { readonly json?: true }): void {
  const rows = names.map(name => ({ key: keyOf(name), value: shown(name, origins[name]), ...origins[name] }));
  if (options.json) {
    const entries = rows.map(({ key, value, from }) => [key, { value: value || null, from }]);
    world.output.write(`${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
    return;
  }
  world.output.write(writeTable(rows, columns, world.output.columns));
}

/** Writes the value of one setting alone, for scripts. */
export function runConfigGet({ origins }: ResolvedSettings, world: World, key: string): void {
  const name = nameOf(key);
  world.output.write(`${shown(name, origins[name])}\n`);
}

/** Changes the configuration file, after a look whether it would still be right. */
export function runConfigSet({ file }: ResolvedSettings, world: World, key: string, value: string | undefined): void {
  const name = nameOf(key);
  const path = configFile(file, world);
  if (value !== undefined) check(name, value);
  if (!changeEntry(path, keyOf(name), value)) {
    world.errors.write(`${keyOf(name)} is not in ${path}: nothing to take out.\n`);
    return;
  }
  const { origins } = readSettings({ config: path }, world);
  const { kind, from } = origins[name];
  if (value !== undefined && kind === 'environment') {
    world.errors.write(`Kept in ${path}, but ${from} is set and counts first.\n`);
  } else if (value !== undefined) world.errors.write(`Kept in ${path}; what runs already goes on as it is.\n`);
  else {
    const now = shown(name, origins[name]) || 'unset';
    world.errors.write(`Taken out of ${path}; ${keyOf(name)} is ${now} now (${from}).\n`);
  }
}

function nameOf(key: string): Name {
  const found = names.find(name => [keyOf(name), name, table[name].env].includes(key));
  if (found !== undefined) return found;
  const near = didYouMean(key, names.map(keyOf));
  throw new UsageError(`There is no setting "${key}".${near} The list is in: kiro-gw config list`);
}

function check(name: Name, value: string): void {
  try {
    table[name].read(value);
  } catch (error) {
    if (error instanceof ValueError) throw new UsageError(`${keyOf(name)} must be ${error.message}.`);
    throw error;
  }
}

const columns: readonly Column<{ key: string; value: string; from: string }>[] = [
  { title: 'SETTING', read: ({ key }) => key },
  { title: 'VALUE', isElastic: true, read: ({ value }) => value || '-' },
  { title: 'FROM', read: ({ from }) => from },
];

const examples = `
Examples:
  kiro-gw config list             all settings, and where each comes from
  kiro-gw config set port 9000
  kiro-gw config unset port
  kiro-gw config edit
`;
