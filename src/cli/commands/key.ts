import type { Command } from 'commander';
import { readKeys } from '../key.ts';
import { addSettings, settingsOf } from '../options.ts';
import type { World } from '../world.ts';

/** `kiro-gw key`: the gateway's key alone, for programs that ask a command for it. */
export function addKey(program: Command, world: World): void {
  const command = program
    .command('key')
    .summary('print the key that clients must send')
    .description('Print the key that clients must send, and nothing else.')
    .addHelpText('after', examples);
  addSettings(command).action(() => {
    world.output.write(`${readKeys(settingsOf(command, world).settings, world).own}\n`);
  });
}

const examples = `
Examples:
  curl http://127.0.0.1:8000/v1/models -H "Authorization: Bearer $(kiro-gw key)"
`;
