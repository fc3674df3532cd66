import type { Command } from 'commander';
import type { AccountUsage } from '../../core/backend.ts';
import { writeUsage as toJson } from '../../server/account.ts';
import { openGateway } from '../gateway.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** `kiro-gw usage`: plan and credits. */
export function addUsage(program: Command, world: World): void {
  const command = program
    .command('usage')
    .summary('show the plan and the credits left')
    .description('Show the plan of the account, and the credits used and left.')
    .option('--json', 'write JSON instead of text')
    .addHelpText('after', examples);
  addSettings(command, 'account', 'log').action(() =>
    runUsage(settingsOf(command, world), world, command.opts<{ json?: true }>()),
  );
}

/** Asks the service and writes what it says. */
export async function runUsage(
  resolved: ResolvedSettings,
  world: World,
  options: { readonly json?: true },
): Promise<void> {
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => cancel.abort());
  const gateway = await openGateway(resolved, world);
  try {
    const usage = await gateway.kiro.usage(cancel.signal);
    world.output.write(options.json ? `${JSON.stringify(toJson(usage), null, 2)}\n` : writeUsage(usage, world));
  } finally {
    unlisten();
    await gateway.close();
  }
}

/** Plan and credits in some lines, with a bar. */
export function writeUsage(usage: AccountUsage, { output }: Pick<World, 'output'>): string {
  const colours = paint(output);
  const { used, limit, unit, overage, resetsAt } = usage;
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  const full = Math.round(share * barLength);
  const shade = share > 0.9 ? colours.red : share > 0.7 ? colours.yellow : colours.green;
  const lines = [
    [usage.plan, usage.email].filter(Boolean).join(', '),
    `${shade('█'.repeat(full))}${colours.dim('░'.repeat(barLength - full))} ${amount(used)} of ${amount(limit)} ${unit} used, ${amount(Math.max(0, limit - used))} left`,
    ...(usage.parts.length > 1
      ? usage.parts.map(part => `  ${part.name}: ${amount(part.used)} of ${amount(part.limit)}${until(part.expiresAt)}`)
      : []),
    overage === undefined ? '' : writeOverage(overage, unit),
    resetsAt === undefined ? '' : `Resets on ${moment(resetsAt)}.`,
  ];
  return lines.flatMap(line => (line === '' ? [] : [`${line}\n`])).join('');
}

function writeOverage({ enabled, used, rate, cap }: NonNullable<AccountUsage['overage']>, unit: string): string {
  const more = [rate === undefined ? '' : `${amount(rate)} each`, cap === undefined ? '' : `${amount(cap)} at most`];
  const state = enabled ? ['on', `${amount(used)} ${unit} used`, ...more].filter(Boolean).join(', ') : 'off';
  return `Overage is ${state}.`;
}

const barLength = 30;
const amount = (value: number): string => String(Math.round(value * 100) / 100);
const date = (time: number): string => new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
const moment = (time: number): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
const until = (time: number | undefined): string => (time === undefined ? '' : `, until ${date(time)}`);

const examples = `
Examples:
  kiro-gw usage
  kiro-gw usage --account work
`;
