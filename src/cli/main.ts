import { Command, CommanderError } from 'commander';
import { ChatError } from '../core/errors.ts';
import { addAccounts, addLogout } from './commands/accounts.ts';
import { addChat } from './commands/chat.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnv } from './commands/env.ts';
import { addHistory } from './commands/history.ts';
import { addKey } from './commands/key.ts';
import { addLogin } from './commands/login.ts';
import { addModels } from './commands/models.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { addServe } from './commands/serve.ts';
import { addSetup } from './commands/setup.ts';
import { addUsage } from './commands/usage.ts';
import { Ended, exitCodeMeanings, exitCodeOf, exitCodes, UsageError } from './exit.ts';
import { paint } from './print.ts';
import type { World } from './world.ts';

/** Runs one command line; gives the exit code. */
export async function main(world: World): Promise<number> {
  const program = createProgram(world);
  try {
    if (world.args.length === 0) program.outputHelp();
    else await program.parseAsync(world.args, { from: 'user' });
    return exitCodes.fine;
  } catch (thrown) {
    // Commander has said it already.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    if (!(thrown instanceof Ended)) explain(thrown, world);
    return exitCodeOf(thrown);
  }
}

/** The commands as commander knows them. */
export function createProgram(world: World): Command {
  const { version, commit, runtimeVersion, target } = world.build;
  const program = new Command('kiro-gw')
    .description('Use your own Kiro subscription from every program that speaks the OpenAI or Anthropic API.')
    .version(`kiro-gw ${version} (${commit}, ${target}, bun ${runtimeVersion})`, '-V, --version', 'show the version')
    .option('--account <name>', 'named account to use, with every command (KIRO_ACCOUNT)')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    // Options after a command are its own, and those after `run <program>` the program's.
    .enablePositionalOptions()
    .showHelpAfterError('Run with --help to see what there is.')
    .exitOverride()
    .configureOutput({
      writeOut: text => world.output.write(text),
      writeErr: text => world.errors.write(text),
      getOutHelpWidth: () => Math.min(world.output.columns, 98),
      getErrHelpWidth: () => Math.min(world.errors.columns, 98),
      getOutHasColors: () => world.output.colours,
      getErrHasColors: () => world.errors.colours,
      outputError: (text, write) => write(paint(world.errors).red(text)),
    });
  // program.command() hands these on to the commands; addCommand() would not.
  for (const add of commands) add(program, world);
  return program.addHelpText('after', `\n${examples}\nExit codes:\n${exitCodeLines}`);
}

const commands = [
  addServe,
  addLogin,
  addModels,
  addChat,
  addHistory,
  addEnv,
  addSetup,
  addRun,
  addKey,
  addUsage,
  addDoctor,
  addAccounts,
  addLogout,
  addConfig,
  addReplay,
];

const examples = `Examples:
  kiro-gw serve                        listen on http://127.0.0.1:8000
  eval "$(kiro-gw env)"                point the programs of this shell at it
  kiro-gw setup codex --write          point one program at it for good
  kiro-gw run claude                   one program with a gateway of its own
  kiro-gw chat "why is the sky blue"   ask without a server
  kiro-gw serve --emulator             try it without an account
`;

const exitCodeLines = Object.entries(exitCodeMeanings)
  .map(([name, meaning]) => `  ${String(exitCodes[name as keyof typeof exitCodes]).padEnd(4)} ${meaning}\n`)
  .join('');

function explain(thrown: unknown, world: World): void {
  const { red } = paint(world.errors);
  if (thrown instanceof ChatError || thrown instanceof UsageError) {
    world.errors.write(`${red('error:')} ${thrown.message}\n`);
    if (thrown instanceof ChatError && thrown.file !== undefined) world.errors.write(`file: ${thrown.file}\n`);
    return;
  }
  // A bug: the one case in which a stack helps whoever reads it.
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  world.errors.write(`${red('kiro-gw failed unexpectedly:')} ${text}\n`);
}
