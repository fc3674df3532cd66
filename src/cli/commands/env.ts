import { type Command, Option } from 'commander';
import { addressOf, isGateway } from '../address.ts';
import { placeFlags } from '../env-command.ts';
import { readKeys } from '../key.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import { listRunning } from '../running/record.ts';
import { detectShell, type ShellName, shellNames, usageIn, type Variables, writeVariables } from '../shells.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface EnvOptions {
  readonly shell?: ShellName;
  readonly client: Client;
  readonly unset?: true;
  readonly json?: true;
}

type Client = 'all' | 'claude-code' | 'anthropic' | 'openai';

/** `kiro-gw env`: what to evaluate in a shell so that its programs use the gateway. */
export function addEnv(program: Command, world: World): void {
  const command = program
    .command('env')
    .summary('print the variables that point programs at the gateway')
    .description('Print the variables that point programs at the gateway; nothing else goes to standard output.')
    .addOption(new Option('--shell <shell>', 'for which shell; found out when not given').choices(shellNames))
    .addOption(new Option('--client <client>', 'for which programs').choices(Object.keys(clients)).default('all'))
    .option('--unset', 'print what removes the variables again')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples);
  addSettings(command, 'place').action(() => runEnv(settingsOf(command, world), world, command.opts<EnvOptions>()));
}

/** Writes the variables; on a terminal also how they are meant to be used. */
export async function runEnv(resolved: ResolvedSettings, world: World, options: EnvOptions): Promise<void> {
  const { settings } = resolved;
  const address = addressOf(settings);
  const variables = clients[options.client](address, readKeys(settings, world).own);
  if (options.json) {
    world.output.write(`${JSON.stringify(options.unset ? Object.keys(variables) : variables, null, 2)}\n`);
    return;
  }
  const shell = options.shell ?? detectShell(world);
  world.output.write(writeVariables(shell, variables, options.unset === true));
  if (options.unset || !world.errors.isTerminal) return;
  const { dim, yellow } = paint(world.errors);
  // Whoever sees the lines on a terminal has not had them evaluated.
  if (world.output.isTerminal) {
    world.errors.write(dim(`\nTo use them: ${usageIn(shell, ['kiro-gw', ...world.args].join(' '))}\n`));
  }
  if (!(await isGateway(address))) {
    world.errors.write(yellow(`No gateway answers at ${address} yet. ${writeNext(resolved, world)}\n`));
  }
}

function writeNext(resolved: ResolvedSettings, world: World): string {
  const [other] = listRunning(world);
  if (other === undefined) return `Start it with: kiro-gw serve${placeFlags(resolved)}`;
  return `One runs at ${other.url}: kiro-gw env --port ${new URL(other.url).port}`;
}

const openai = (address: string, key: string): Variables => ({
  OPENAI_BASE_URL: `${address}/v1`,
  OPENAI_API_KEY: key,
});
const claudeCode = (address: string, key: string): Variables => ({
  ANTHROPIC_BASE_URL: address,
  ANTHROPIC_AUTH_TOKEN: key,
});

const clients: Readonly<Record<Client, (address: string, key: string) => Variables>> = {
  // Without ANTHROPIC_API_KEY: Claude Code warns when both are set, and the official SDKs take either.
  all: (address, key) => ({ ...openai(address, key), ...claudeCode(address, key) }),
  'claude-code': claudeCode,
  anthropic: (address, key) => ({ ANTHROPIC_BASE_URL: address, ANTHROPIC_API_KEY: key }),
  openai,
};

const examples = `
Examples:
  eval "$(kiro-gw env)"                           bash, zsh
  kiro-gw env | source                            fish
  kiro-gw env | Out-String | Invoke-Expression    PowerShell
  for /f "delims=" %i in ('kiro-gw env') do @%i   cmd
  kiro-gw env --json | from json | load-env       nushell
`;
