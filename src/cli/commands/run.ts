import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { ChatError } from '../../core/errors.ts';
import type { Server } from '../../server/app.ts';
import { runChild } from '../child.ts';
import { commonVariables, type LaunchFacts } from '../clients/launch.ts';
import { findLaunch } from '../clients/launches.ts';
import { Ended, exitCodes, UsageError } from '../exit.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { createLog } from '../log.ts';
import { addSettings, settingsOf } from '../options.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { Environment, World } from '../world.ts';

interface RunOptions {
  readonly emulator?: true;
  readonly model?: string;
}

/** `kiro-gw run`: one program with a gateway of its own, which ends with it. */
export function addRun(program: Command, world: World): void {
  const command = program
    .command('run')
    .summary('start a program with a private gateway')
    .description(
      'Start a program with a gateway of its own: on a free port, with a key for this once. It ends with it.',
    )
    .usage('[options] [--] <command> [arguments...]')
    .argument('<command...>', 'what to start, and its arguments')
    .option('--model <model>', 'the model to begin with')
    .option('--emulator', 'answer from an emulator on this machine, to try things without an account')
    .passThroughOptions()
    .addHelpText('after', examples);
  addSettings(command, 'account', 'log').action((words: string[]) =>
    runRun(settingsOf(command, world), world, words, command.opts<RunOptions>()),
  );
}

/** Runs the program to its end and ends with its exit code. */
export async function runRun(
  resolved: ResolvedSettings,
  world: World,
  [program = '', ...args]: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { settings, origins } = resolved;
  // The terminal is the program's.
  const logLevel = origins.logLevel.kind === 'default' ? 'silent' : settings.logLevel;
  const log = createLog({ ...settings, logLevel }, world);
  const gateway = await openGateway(resolved, world, { log, emulator: options.emulator === true });
  const folder = mkdtempSync(join(tmpdir(), 'kiro-gw-run-'));
  const removeFolder = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Windows keeps what a program that is still there has open; the key in it opens nothing any more.
    }
  };
  const stopWaiting = world.onSignal(() => {
    removeFolder();
    world.leave(exitCodes.interrupted);
  });
  let server: Server | undefined;
  try {
    if (!options.emulator) await checkSignIn(gateway);
    const key = `kgw-${Buffer.from(world.random(24)).toString('base64url')}`;
    const [app, { dialects }] = await Promise.all([import('../../server/app.ts'), import('../../dialects/index.ts')]);
    server = app.createServer({
      backend: gateway.kiro,
      dialects,
      keys: [{ name: 'run', key }],
      host: '127.0.0.1',
      port: 0,
      log,
      version: world.build.version,
      limits: { bodyBytes: settings.maxBody * 1024 * 1024 },
    });
    const { url } = await server.listen();
    const chosen = await chooseModel(gateway, options.model);
    const facts = { address: url, key, ...chosen, folder, args, env: world.env, home: world.folders.home, read };
    const child = { program: Bun.which(program) ?? program, ...(await plan(program, facts)) };
    stopWaiting();
    const code = await runChild(child, world);
    if (code !== 0) throw new Ended(code);
  } finally {
    await server?.close(0);
    await gateway.close();
    stopWaiting();
    removeFolder();
  }
}

async function plan(program: string, facts: LaunchFacts): Promise<{ args: readonly string[]; env: Environment }> {
  const launch = await findLaunch(program);
  const { args = [], variables = {}, without = [], files = {} } = launch?.(facts) ?? {};
  for (const [name, text] of Object.entries(files)) {
    const path = join(facts.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
  const env: Record<string, string | undefined> = { ...facts.env, ...commonVariables(facts), ...variables };
  for (const name of without) delete env[name];
  return { args: [...args, ...facts.args], env };
}

// A program that can do nothing but fail is better not started.
async function checkSignIn({ auth }: Gateway): Promise<void> {
  const { used, problem } = await auth.describe();
  if (used === undefined) throw new ChatError('login', problem ?? 'Nobody is signed in. Run: kiro-gw login');
}

async function chooseModel({ kiro }: Gateway, name: string | undefined) {
  const { models } = await kiro.modelList();
  if (name !== undefined) {
    const model = await kiro.model(name);
    if (model === undefined) throw new UsageError(`There is no model "${name}". See all: kiro-gw models`);
    return { models, model: model.id, isModelChosen: true };
  }
  return { models, model: (models.find(model => model.isDefault) ?? models[0])?.id ?? 'auto', isModelChosen: false };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const examples = `
Examples:
  kiro-gw run claude
  kiro-gw run --model claude-opus-4.6 codex exec "what does this do"
  kiro-gw run --emulator -- sh -c 'echo "$OPENAI_BASE_URL"'
`;
