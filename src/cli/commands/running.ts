import type { Command } from 'commander';
import { addConfigFlag, addSettings, settingsOf } from '../options.ts';
import type { World } from '../world.ts';

/** `kiro-gw status`: which gateways run. */
export function addStatus(program: Command, world: World): void {
  const command = program
    .command('status')
    .summary('show the gateways that run')
    .description('Show the gateways of this user that run. Ends with 1 when none does.')
    .option('--json', 'write JSON instead of a table')
    .addHelpText('after', statusExamples);
  addSettings(command, 'place').action(async () => {
    const { runStatus } = await import('../running/control.ts');
    await runStatus(settingsOf(command, world), world, command.opts<{ json?: true }>());
  });
}

/** `kiro-gw stop`: ends a gateway that runs. */
export function addStop(program: Command, world: World): void {
  const command = program
    .command('stop')
    .summary('stop the gateway in the background')
    .description('Stop a gateway; running answers may finish. Without --port it is the only one that runs.')
    .option('--all', 'every gateway of this user')
    .option('--force', 'at once; running answers are cut')
    .addHelpText('after', stopExamples);
  addSettings(command, 'place').action(async () => {
    const { runStop } = await import('../running/control.ts');
    await runStop(settingsOf(command, world), world, command.opts<{ all?: true; force?: true }>());
  });
}

/** `kiro-gw service`: the gateway as a service of the system. */
export function addService(program: Command, world: World): void {
  const command = program
    .command('service')
    .summary('start the gateway whenever you sign in')
    .description(
      'Have the system start the gateway whenever you sign in: systemd, launchd or the Windows task scheduler. ' +
        'It takes its settings from the configuration file.',
    )
    .addHelpText('after', serviceExamples);
  const install = command.command('install').description('install it and start it');
  install.option('--print', 'only print what would be installed');
  addConfigFlag(install).action(async () => {
    const { runServiceInstall } = await import('../running/service.ts');
    runServiceInstall(settingsOf(install, world), world, install.opts<{ print?: true }>());
  });
  command
    .command('uninstall')
    .description('stop it and remove it')
    .action(async () => {
      const { runServiceUninstall } = await import('../running/service.ts');
      runServiceUninstall(world);
    });
}

const statusExamples = `
Examples:
  kiro-gw status
  kiro-gw status --json | jq -r '.[0].url'
`;

const stopExamples = `
Examples:
  kiro-gw stop
  kiro-gw stop --port 9000        of several, this one
  kiro-gw stop --all
`;

const serviceExamples = `
Examples:
  kiro-gw service install --print   what would be installed
  kiro-gw service install
  kiro-gw service uninstall
`;
