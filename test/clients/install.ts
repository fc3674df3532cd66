import { join } from 'node:path';
import { installClient } from '../support/clients.ts';
import type { Driver } from './driver.ts';

/** Where each client is, by `package@version`, or why it is nowhere. */
export interface Installed {
  readonly folders: Readonly<Record<string, string>>;
  readonly missing: Readonly<Record<string, string>>;
  /** The folder of a Node that is new enough for all of them. */
  readonly node: string | undefined;
}

/** Installs what is not in the cache yet, all at once. */
export async function installAll(drivers: readonly Driver[]): Promise<Installed> {
  const folders: Record<string, string> = {};
  const missing: Record<string, string> = {};
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const nodePackage = `node-${platform}-${process.arch}`;
  const node = installClient(nodePackage, nodeVersion);
  // Several drivers may share a package.
  const wanted = new Map(
    drivers
      .filter(({ missing }) => missing === undefined)
      .map(driver => [`${driver.package}@${driver.version}`, driver]),
  );
  const installs = [...wanted].map(async ([name, driver]) => {
    const client = await installClient(driver.package, driver.version, {
      ...(driver.others === undefined ? {} : { others: driver.others }),
      ...(driver.finish === undefined ? {} : { finish: driver.finish }),
    });
    if ('missing' in client) missing[name] = client.missing;
    else folders[name] = client.folder;
  });
  const runtime = await node;
  await Promise.all(installs);
  return {
    folders,
    missing,
    node: 'folder' in runtime ? join(runtime.folder, 'node_modules', nodePackage, 'bin') : undefined,
  };
}

const nodeVersion = '24.21.0';
