import { type Command, Option } from 'commander';
import type { DoctorOptions } from '../doctor/doctor.ts';
import { addSettings, settingsOf } from '../options.ts';
import type { World } from '../world.ts';

/** `kiro-gw doctor`: what works, what does not, and what to do about it. */
export function addDoctor(program: Command, world: World): void {
  const command = program
    .command('doctor')
    .summary('find out what does not work, and why')
    .description('Check everything the gateway needs. Ends with 1 when something is broken.')
    .option('--live', 'also ask a model something tiny, which costs a fraction of a credit')
    .option('--json', 'write JSON instead of text')
    .addOption(new Option('--report', 'write it for a bug report, without names and accounts').conflicts('json'))
    .addHelpText('after', examples);
  addSettings(command, 'server', 'account', 'log').action(async () => {
    const { runDoctor } = await import('../doctor/doctor.ts');
    await runDoctor(settingsOf(command, world), world, command.opts<DoctorOptions>());
  });
}

const examples = `
Examples:
  kiro-gw doctor
  kiro-gw doctor --live
  kiro-gw doctor --report > report.md    to be pasted into an issue
`;
