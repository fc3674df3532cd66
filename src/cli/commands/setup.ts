import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { addressOf } from '../address.ts';
import type { SetupFacts } from '../clients/client.ts';
import { isSetUp, type Outcome, undoFiles, writeFiles, writeFragment } from '../clients/files.ts';
import { type ClientName, clientNames, clients } from '../clients/index.ts';
import { UsageError } from '../exit.ts';
import { openGateway } from '../gateway.ts';
import { readKeys } from '../key.ts';
import { didYouMean } from '../nearest.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface SetupOptions {
  readonly write?: true;
  readonly undo?: true;
  readonly model?: string;
  readonly withKey?: true;
  readonly config?: string;
}

/** `kiro-gw setup`: a client's own configuration, printed, written or undone. */
export function addSetup(program: Command, world: World): void {
  const command = program
    .command('setup')
    .summary("point a program's own configuration at the gateway")
    .description("Show what points a program at the gateway, write it into the program's configuration, or undo that.")
    .argument('[client]', `which program: ${clientNames.join(', ')}`)
    .option('--write', 'change its configuration; a copy of every file is kept beside it')
    .addOption(new Option('--undo', 'take that back').conflicts('write'))
    .option('--model <model>', 'the model to begin with')
    .option('--with-key', 'put the key itself into the configuration, where it would be read from a variable')
    .addHelpText('after', examples);
  addSettings(command, 'place', 'account', 'log').action((name?: string) =>
    runSetup(settingsOf(command, world), world, name, command.opts<SetupOptions>()),
  );
}

/** Without a name: which clients there are, and which are set up. */
export async function runSetup(
  resolved: ResolvedSettings,
  world: World,
  name: string | undefined,
  options: SetupOptions,
): Promise<void> {
  if (name === undefined) {
    for (const known of clientNames) {
      const state = isSetUp(known, world) ? '  set up' : '';
      world.output.write(`${known.padEnd(12)} ${clients[known].title.padEnd(12)}${state}`.trimEnd());
      world.output.write('\n');
    }
    return;
  }
  if (!isKnown(name)) {
    const near = didYouMean(name, clientNames);
    throw new UsageError(`There is no client "${name}".${near} There is ${clientNames.join(', ')}.`);
  }
  if (options.undo) return undo(name, world);
  const facts = await gatherFacts(resolved, world, options);
  await (options.write ? write(name, facts, world) : show(name, facts, world));
}

async function show(name: ClientName, facts: SetupFacts, world: World): Promise<void> {
  const { title, files, notes } = describe(name, facts);
  const { dim } = paint(world.errors);
  for (const plan of files) {
    world.errors.write(dim(`${plan.path}\n`));
    world.output.write(`${(await writeFragment(plan)).trimEnd()}\n\n`);
  }
  for (const note of notes) world.output.write(`${note}\n`);
  if (files.length > 0) world.errors.write(dim(`\nTo have it written: kiro-gw setup ${name} --write\n`));
  else
    world.errors.write(dim(`\n${title} has no file for this: put the lines above into the profile of your shell.\n`));
}

async function write(name: ClientName, facts: SetupFacts, world: World): Promise<void> {
  const { title, files, notes } = describe(name, facts);
  if (files.length === 0) {
    throw new UsageError(`${title} reads this from the environment alone. What to set: kiro-gw setup ${name}`);
  }
  report(await writeFiles(name, files, world), world);
  for (const note of notes) world.output.write(`${note}\n`);
  world.errors.write(paint(world.errors).dim(`To take it back: kiro-gw setup ${name} --undo\n`));
}

async function undo(name: ClientName, world: World): Promise<void> {
  if (!isSetUp(name, world)) throw new UsageError(`${clients[name].title} was not set up from here: nothing to undo.`);
  report(await undoFiles(name, world), world);
}

function report(outcomes: readonly Outcome[], world: World): void {
  for (const { path, did, backup } of outcomes) {
    world.output.write(`${words[did]} ${path}${backup === undefined ? '' : `, before it: ${backup}`}\n`);
  }
}

function describe(name: ClientName, facts: SetupFacts) {
  const client = clients[name];
  return { title: client.title, files: client.files(facts), notes: 'notes' in client ? client.notes(facts) : [] };
}

async function gatherFacts(resolved: ResolvedSettings, world: World, options: SetupOptions): Promise<SetupFacts> {
  const { settings, origins } = resolved;
  const { own, file } = readKeys(settings, world);
  const gateway = await openGateway(resolved, world);
  try {
    const { models } = await gateway.kiro.modelList();
    const chosen = options.model === undefined ? undefined : await gateway.kiro.model(options.model);
    if (options.model !== undefined && chosen === undefined) {
      throw new UsageError(`There is no model "${options.model}". See all: kiro-gw models`);
    }
    const { key: origin } = origins;
    if (file === undefined && origin.kind === 'environment') {
      world.errors.write(`The key comes from ${origin.from}: set it wherever the client runs, too.\n`);
    }
    return {
      address: addressOf(settings),
      key: own,
      ...(file === undefined ? {} : { keyFile: file }),
      keyCommand: [...world.program, 'key', ...(options.config === undefined ? [] : ['--config', options.config])],
      withKey: options.withKey === true,
      models,
      model: chosen?.id ?? (models.find(model => model.isDefault) ?? models[0])?.id ?? 'auto',
      isModelChosen: chosen !== undefined,
      env: world.env,
      home: world.folders.home,
      platform: world.platform,
      exists: existsSync,
    };
  } finally {
    await gateway.close();
  }
}

const isKnown = (name: string): name is ClientName => Object.hasOwn(clients, name);

const words: Readonly<Record<Outcome['did'], string>> = {
  changed: 'changed',
  made: 'made',
  restored: 'restored',
  removed: 'removed',
  cleaned: 'taken out of',
};

const examples = `
Examples:
  kiro-gw setup                   which programs there are, and which are set up
  kiro-gw setup codex             what it would write
  kiro-gw setup codex --write
  kiro-gw setup codex --undo
`;
