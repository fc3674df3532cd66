import type { Command } from 'commander';
import { examine, type Fact } from '../checks.ts';
import { Ended } from '../exit.ts';
import { openGateway } from '../gateway.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { Screen, World } from '../world.ts';

/** `kiro-gw doctor`: what works, what does not, and what to do about it. */
export function addDoctor(program: Command, world: World): void {
  const command = program
    .command('doctor')
    .summary('find out what does not work, and why')
    .description('Check everything the gateway needs. Ends with 1 when something is broken.')
    .option('--json', 'write JSON instead of text');
  addSettings(command, 'server', 'account', 'log').action(() =>
    runDoctor(settingsOf(command, world), world, command.opts<{ json?: true }>()),
  );
}

/** Writes one line a fact. */
export async function runDoctor(
  resolved: ResolvedSettings,
  world: World,
  options: { readonly json?: true },
): Promise<void> {
  const gateway = await openGateway(resolved, world);
  try {
    const signal = AbortSignal.timeout(patience);
    const facts = await examine({ resolved, world, gateway, signal });
    const { output } = world;
    output.write(options.json ? `${JSON.stringify(facts, null, 2)}\n` : facts.map(fact => line(fact, output)).join(''));
    if (facts.some(({ state }) => state === 'broken')) throw new Ended('failed');
  } finally {
    await gateway.close();
  }
}

function line({ state, topic, text, mend }: Fact, screen: Screen): string {
  const colours = paint(screen);
  const marks = { fine: colours.green('✓'), notable: colours.yellow('!'), broken: colours.red('✗') };
  const remedy = mend === undefined ? '' : colours.dim(`  → ${mend}`);
  return `${marks[state]} ${topic.padEnd(9)} ${text}${remedy}\n`;
}

/** Milliseconds for all checks together. */
const patience = 10_000;
