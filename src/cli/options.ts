import { type Command, Option } from 'commander';
import { type Group, groups, type Setting } from './setting.ts';
import { type Name, names, table } from './settings.ts';
import { type Flags, type ResolvedSettings, readSettings } from './sources.ts';
import type { World } from './world.ts';

/** Declares the flags of some groups of settings on a command; `place` are those of the server that say where it is. */
export function addSettings(command: Command, ...wanted: readonly (Group | 'place')[]): Command {
  for (const name of names) {
    const setting: Setting = table[name];
    const isWanted = wanted.includes(setting.group) || (wanted.includes('place') && place.includes(name));
    if (setting.flag === undefined || !isWanted) continue;
    const fallback = setting.fallback === undefined ? '' : `, default ${setting.fallback}`;
    const option = new Option(setting.flag, `${setting.help} (${setting.env}${fallback})`);
    command.addOption(option.helpGroup(`${groups[setting.group]}:`));
  }
  return addConfigFlag(command);
}

const place: readonly Name[] = ['host', 'port', 'tlsCert', 'tlsKey'];

/** Declares the flags that every command with settings has. */
export function addConfigFlag(command: Command): Command {
  if (!command.options.some(option => option.attributeName() === 'account')) {
    command.addOption(new Option('--account <name>', table.account.help));
  }
  return command.addOption(new Option('--config <file>', 'configuration file, TOML or JSON (KIRO_GW_CONFIG)'));
}

/** The settings in force for a command that was called with these flags. */
export const settingsOf = (command: Command, world: World): ResolvedSettings =>
  readSettings(command.optsWithGlobals<Flags>(), world);
