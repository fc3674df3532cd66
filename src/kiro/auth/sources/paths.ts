import { posix, win32 } from 'node:path';
import type { Machine } from './source.ts';

/** Where the AWS tools keep their sign-ins. */
export function ssoCache(machine: Machine): string {
  return join(machine, machine.home, '.aws', 'sso', 'cache');
}

/** Where the IDE may keep its profile, most likely place first. */
export function ideProfiles(machine: Machine): readonly string[] {
  const { home, env } = machine;
  const inside = ['Kiro', 'User', 'globalStorage', 'kiro.kiroagent', 'profile.json'];
  const roots = {
    darwin: [join(machine, home, 'Library', 'Application Support')],
    win32: [env['APPDATA'], join(machine, home, 'AppData', 'Roaming')],
    other: [env['XDG_CONFIG_HOME'], join(machine, home, '.config')],
  }[family(machine)];
  return distinct(roots).map(root => join(machine, root, ...inside));
}

/** Where a command-line program of this family may keep its database, most likely place first. */
export function databases(machine: Machine, program: 'kiro-cli' | 'amazon-q'): readonly string[] {
  const { home, env } = machine;
  const roots = {
    darwin: [join(machine, home, 'Library', 'Application Support', program)],
    win32: [
      env['LOCALAPPDATA'] && join(machine, env['LOCALAPPDATA'], windowsNames[program]),
      env['APPDATA'] && join(machine, env['APPDATA'], program),
      join(machine, home, 'AppData', 'Local', windowsNames[program]),
      join(machine, home, 'AppData', 'Roaming', program),
    ],
    other: [
      env['XDG_DATA_HOME'] && join(machine, env['XDG_DATA_HOME'], program),
      join(machine, home, '.local', 'share', program),
    ],
  }[family(machine)];
  return distinct(roots).map(root => join(machine, root, 'data.sqlite3'));
}

/** A path as a person wrote it, with `~` for the home folder. */
export function expandHome(machine: Machine, path: string): string {
  return /^~(?=$|[\\/])/.test(path) ? join(machine, machine.home, path.slice(1)) : path;
}

/** Joins by the rules of the machine's platform. */
export function join(machine: Machine, ...parts: readonly string[]): string {
  return (machine.platform === 'win32' ? win32 : posix).join(...parts);
}

function family(machine: Machine): 'darwin' | 'win32' | 'other' {
  return machine.platform === 'darwin' || machine.platform === 'win32' ? machine.platform : 'other';
}

function distinct(roots: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(roots.filter(root => root !== undefined))].filter(root => root !== '');
}

const windowsNames = { 'kiro-cli': 'Kiro-Cli', 'amazon-q': 'amazon-q' } as const;
