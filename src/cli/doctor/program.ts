import { existsSync, statSync } from 'node:fs';
import { keyFile } from '../key.ts';
import { keyOf, names } from '../settings.ts';
import { shown } from '../sources.ts';
import { type Check, fine, notable } from './fact.ts';

/** Which program this is. */
export const checkProgram: Check = async ({ world: { build, program } }) => [
  fine('program', `kiro-gw ${build.version} (${build.commit}), ${build.target}, bun ${build.runtimeVersion}`),
  fine('program', `started from ${program.join(' ')}`),
];

/** What was set, and where. */
export const checkSettings: Check = async ({ resolved: { file, origins } }) => [
  fine('settings', file === undefined ? 'no configuration file' : `configuration file ${file}`),
  ...names
    .filter(name => origins[name].kind !== 'default')
    .map(name => fine('settings', `${keyOf(name)} ${shown(name, origins[name])} (from ${origins[name].from})`)),
];

/** The key that clients send. */
export const checkKey: Check = async ({ resolved: { settings, origins }, world }) => {
  if (settings.key !== undefined) return [fine('key', `set (from ${origins.key.from})`)];
  const file = keyFile(world);
  if (!existsSync(file)) return [fine('key', `none yet; the first start makes one and keeps it in ${file}`)];
  const isOpen = world.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  return [isOpen ? notable('key', `others can read ${file}`, `chmod 600 ${file}`) : fine('key', `kept in ${file}`)];
};
