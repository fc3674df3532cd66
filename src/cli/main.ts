import { Command, CommanderError } from 'commander';
import { Ended, exitCodeMeanings, exitCodeOf, exitCodes } from './exit.ts';
import { explain } from './explain.ts';
import { nearest } from './nearest.ts';
import { paint } from './print.ts';
import type { World } from './world.ts';

/** Runs one command line; gives the exit code. */
export async function main(world: World): Promise<number> {
  const program = await createProgram(world);
  try {
    if (world.args.length === 0) program.outputHelp();
    else await program.parseAsync(namedByHelp(world.args, program), { from: 'user' });
    return exitCodes.fine;
  } catch (thrown) {
    // Commander has said it already.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    if (!(thrown instanceof Ended)) explain(thrown, world);
    return exitCodeOf(thrown);
  }
}

/** The commands as commander knows them; only the one that is called where its name comes first. */
export async function createProgram(world: World): Promise<Command> {
  const { version, commit, runtimeVersion, target } = world.build;
  const program = new Command('kiro-gw')
    .description('Use your own Kiro subscription from every program that speaks the OpenAI or Anthropic API.')
    .version(`kiro-gw ${version} (${commit}, ${target}, bun ${runtimeVersion})`, '-V, --version', 'show the version')
    .option('--account <name>', 'named account to use, with every command (KIRO_ACCOUNT)')
    .helpOption('-h, --help', 'show this help')
    .commandsGroup('Settings and problems:')
    .helpCommand('help [command]', helpOfHelp)
    // Options after a command are its own, and those after `run <program>` the program's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: text => world.output.write(text),
      writeErr: text => world.errors.write(text),
      getOutHelpWidth: () => Math.min(world.output.columns, 98),
      getErrHelpWidth: () => Math.min(world.errors.columns, 98),
      getOutHasColors: () => world.output.colours,
      getErrHasColors: () => world.errors.colours,
      outputError: (text, write) => write(writeRefusal(text, world)),
    });
  // program.command() hands these on to the commands; addCommand() would not.
  for (const add of await loadCommands(world.args[0])) add(program, world);
  for (const command of program.commands) command.helpGroup(`${groupOf(command.name())}:`);
  pointToHelp(program, 'kiro-gw');
  return program.addHelpText('after', `\n${examples}\nExit codes:\n${exitCodeLines}`);
}

// Whoever went wrong is shown the page of that very command.
function pointToHelp(command: Command, words: string): void {
  describe(command);
  command.showHelpAfterError(`See: ${words} --help`);
  if (command.parent !== null && command.commands.length > 0) command.helpCommand('help [command]', helpOfHelp);
  for (const below of command.commands) pointToHelp(below, `${words} ${below.name()}`);
}

// A line in the list of its group, and a sentence on its own page.
function describe(command: Command): void {
  if (command.summary() !== '' || !command.parent?.parent) return;
  const text = command.description();
  command.summary(text).description(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

// As every other error looks, and with the choice that was meant.
function writeRefusal(text: string, { args: [first = ''], errors }: World): string {
  const said = text.replace('command-argument value', 'argument');
  const [, word = '', choices = ''] = /'([^']*)' is invalid.* Allowed choices are (.+)\.$/m.exec(said) ?? [];
  const isOther = Object.hasOwn(otherWords, first) && said.includes(` '${first}'`);
  const near = isOther ? otherWords[first] : nearest(word, choices.split(', '));
  const hint = near === undefined || near === '' ? '' : `(Did you mean ${near}?)\n`;
  const plain = hint === '' ? said : said.replace(/\(Did you mean .*\)\n/, '');
  return `${plain.replace(/^error:/, paint(errors).red('error:'))}${hint}`;
}

// As other programs call what is here.
const otherWords: Readonly<Record<string, string>> = {
  '-v': '--version',
  version: '--version',
  start: 'serve',
  up: 'serve',
  server: 'serve',
  down: 'stop',
  quit: 'stop',
  ps: 'status',
  ask: 'chat',
  list: 'models',
  ls: 'models',
  auth: 'login',
  signin: 'login',
  'sign-in': 'login',
  signout: 'logout',
  whoami: 'accounts list',
  quota: 'usage',
  credits: 'usage',
  settings: 'config',
  check: 'doctor',
};

// `help accounts use` is `accounts use --help`; what is no command is told so, as it is without `help`.
function namedByHelp(args: readonly string[], program: Command): readonly string[] {
  if (args[0] !== 'help') return args;
  const words: string[] = [];
  let command = program;
  for (const word of args.slice(1)) {
    const below = command.commands.find(one => one.name() === word);
    if (below === undefined) return command.commands.length > 0 ? [...words, word] : [...words, '--help'];
    command = below;
    words.push(word);
  }
  return [...words, '--help'];
}

const helpOfHelp = 'show the help of a command';

type Add = (program: Command, world: World) => void;

// Reading all of them takes longer than most of them run.
async function loadCommands(name = ''): Promise<readonly Add[]> {
  if (name === '-V' || name === '--version') return [];
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load === undefined ? Promise.all(Object.values(commands).map(load => load())) : [await load()];
}

const commands: Readonly<Record<string, () => Promise<Add>>> = {
  serve: async () => (await import('./commands/serve.ts')).addServe,
  status: async () => (await import('./commands/running.ts')).addStatus,
  stop: async () => (await import('./commands/running.ts')).addStop,
  service: async () => (await import('./commands/running.ts')).addService,
  env: async () => (await import('./commands/env.ts')).addEnv,
  setup: async () => (await import('./commands/setup.ts')).addSetup,
  run: async () => (await import('./commands/run.ts')).addRun,
  key: async () => (await import('./commands/key.ts')).addKey,
  chat: async () => (await import('./commands/chat.ts')).addChat,
  history: async () => (await import('./commands/history.ts')).addHistory,
  models: async () => (await import('./commands/models.ts')).addModels,
  usage: async () => (await import('./commands/usage.ts')).addUsage,
  login: async () => (await import('./commands/login.ts')).addLogin,
  accounts: async () => (await import('./commands/accounts.ts')).addAccounts,
  logout: async () => (await import('./commands/accounts.ts')).addLogout,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  config: async () => (await import('./commands/config.ts')).addConfig,
  replay: async () => (await import('./commands/replay.ts')).addReplay,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
};

const groupOf = (name: string): string =>
  Object.entries(commandGroups).find(([, names]) => names.includes(name))?.[0] ?? 'Others';

const commandGroups: Readonly<Record<string, readonly string[]>> = {
  'The gateway': ['serve', 'status', 'stop', 'service'],
  'Programs that use it': ['env', 'setup', 'run', 'key'],
  'In the terminal': ['chat', 'history', 'models', 'usage'],
  'The account': ['login', 'accounts', 'logout'],
  'Settings and problems': ['doctor', 'config', 'replay', 'completion', 'man'],
};

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
