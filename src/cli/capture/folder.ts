import { lstat, mkdir, readdir, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How much is kept. */
export interface Bounds {
  readonly folders: number;
  readonly bytes: number;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The file that says what a folder is. */
export const index = 'capture.json';

/** Writes one folder; it appears whole or not at all. */
export async function writeFolder(root: string, name: string, files: Files): Promise<string> {
  const draft = join(root, `${name}.draft`);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(draft, { mode: 0o700 });
  for (const [file, content] of Object.entries(files)) await writeFile(join(draft, file), content, { mode: 0o600 });
  await rename(draft, join(root, name));
  return join(root, name);
}

/** Removes the oldest folders beyond the bounds: only those that were made here, and in them only files made here. */
export async function prune(root: string, bounds: Bounds): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter(entry => entry.isDirectory() && ownName.test(entry.name)).map(({ name }) => name);
  let folders = 0;
  let bytes = 0;
  for (const name of names.sort().reverse()) {
    const files = await ownFiles(join(root, name));
    if (files === undefined) continue;
    folders += 1;
    bytes += files.reduce((sum, { size }) => sum + size, 0);
    if (folders <= bounds.folders && (bytes <= bounds.bytes || folders === 1)) continue;
    for (const { path } of files) await unlink(path);
    // Whatever else somebody put there stays, and the folder with it.
    await rmdir(join(root, name)).catch(() => {});
  }
}

/** The files of a folder that was made here; undefined for any other folder. */
async function ownFiles(folder: string): Promise<{ path: string; size: number }[] | undefined> {
  const names = await readdir(folder);
  if (!names.includes(index)) return undefined;
  const own = names.filter(name => ownFile.test(name)).map(name => join(folder, name));
  const stats = await Promise.all(own.map(async path => ({ path, stat: await lstat(path) })));
  return stats.filter(({ stat }) => stat.isFile()).map(({ path, stat }) => ({ path, size: stat.size }));
}

const ownName = /^\d{8}T\d{9}Z-[\w-]{1,64}-[0-9a-f]{8}$/;
const ownFile =
  /^(?:capture\.json|media\.json|client-re(?:quest|sponse)\.txt|upstream-\d+-re(?:quest\.json|sponse\.bin))$/;
