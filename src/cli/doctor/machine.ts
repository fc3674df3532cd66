import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asWord } from '../print.ts';
import type { World } from '../world.ts';
import { broken, type Check, type Fact, fine, notable } from './fact.ts';

/** Whether what is ours can be written by us, and read by nobody else; Windows leaves that to whose folder it is in. */
export const checkFiles: Check = async ({ world, gateway }) => {
  const folders = foldersOf(world);
  const onWindows = world.platform === 'win32';
  const isWritable = onWindows ? takesFolder : mayWrite;
  const locked = folders.filter(folder => !isWritable(firstThatExists(folder)));
  const { used } = await gateway.auth.describe();
  const signIn = used?.path !== undefined && used.account === undefined && existsSync(used.path) ? [used.path] : [];
  const open = onWindows ? [] : [...folders.flatMap(secretsIn), ...signIn].filter(isOpen);
  const facts: readonly Fact[] = [
    ...locked.map(folder => broken('files', ...lockedWords(folder, firstThatExists(folder), world))),
    ...open.map(path => notable('files', `others can read ${path}`, `chmod go-rwx ${asWord(path)}`)),
  ];
  if (facts.length > 0) return facts;
  return [fine('files', `${onWindows ? 'can be written' : 'for you alone'}: ${folders.join(', ')}`)];
};

// What is not there yet is not to be mended: what it would be made in is, and of that not all that is in it.
function lockedWords(folder: string, there: string, { env, platform }: World): [text: string, mend: string] {
  const isThere = folder === there;
  const mend =
    platform === 'win32'
      ? `icacls "${there}" /grant "${env['USERNAME'] ?? '%USERNAME%'}:(OI)(CI)F"`
      : `sudo chown ${isThere ? '-R ' : ''}"$(id -un)" ${asWord(there)}`;
  return [isThere ? `${folder} cannot be written` : `${folder} cannot be made: ${there} cannot be written`, mend];
}

/** Whether there is room for what is kept. */
export const checkDisk: Check = async ({ world }) => {
  const folder = firstThatExists(world.folders.data);
  const { bavail, bsize } = await statfs(folder);
  const megabytes = (bavail * bsize) / 1e6;
  const text = `${megabytes > 2000 ? `${Math.round(megabytes / 1000)} GB` : `${Math.round(megabytes)} MB`} free for ${world.folders.data}`;
  if (megabytes >= enough) return [fine('disk', text)];
  const mend = 'kiro-gw history delete --all';
  return [megabytes < tooLittle ? broken('disk', text, mend) : notable('disk', text, mend)];
};

const foldersOf = ({ folders: { config, cache, data } }: World): readonly string[] => [
  ...new Set([config, data, cache]),
];

function firstThatExists(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : firstThatExists(dirname(folder));
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

// There the system says of every folder that it can be written.
function takesFolder(folder: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(folder, 'kiro-gw-')));
    return true;
  } catch {
    return false;
  }
}

// A folder that nobody else may enter hides what is in it.
function secretsIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !isOpen(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'key')
    .map(entry => join(folder, entry.name));
}

const isOpen = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;

// In megabytes.
const enough = 500;
const tooLittle = 20;
