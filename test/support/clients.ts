import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Installation {
  /** Further packages beside it, as `name@version`. */
  readonly others?: readonly string[];
  /** What its install scripts would do; they are never run unasked. It gets the folder that has `node_modules`. */
  finish?(folder: string): Promise<unknown>;
}

/** The folder of a program from npm, in a cache outside the repository; why not, when npm cannot be reached. */
export async function installClient(
  name: string,
  version: string,
  { others = [], finish }: Installation = {},
): Promise<{ readonly folder: string } | { readonly missing: string }> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(
    cache,
    'kiro-gw-clients',
    [`${name}_${version}`, ...others].join('+').replaceAll(/[^\w.+-]/g, '_'),
  );
  if (existsSync(join(folder, 'node_modules', name))) return { folder };
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    writeFileSync(join(draft, 'package.json'), '{"private":true}');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await run('npm', ['install', ...flags, `${name}@${version}`, ...others], {
      cwd: draft,
      timeout: 600_000,
      shell: process.platform === 'win32',
    });
    await finish?.(draft);
    // Whole or not at all, also when two runs install at once.
    if (!existsSync(folder)) renameSync(draft, folder);
    return { folder };
  } catch (error) {
    return { missing: `${name}@${version} could not be installed: ${reasonOf(error)}` };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * The words before a command that shut it off from every network but loopback, and end with it all that it started;
 * none where the system has no such way.
 */
export async function isolation(): Promise<readonly string[]> {
  const spaces = ['--map-root-user', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const words = ['unshare', ...spaces, '--', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];
  try {
    await run(words[0] ?? '', [...words.slice(1), 'true']);
    return words;
  } catch {
    return [];
  }
}

const reasonOf = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return /npm error (.+)/.exec(stderr ?? '')?.[1] ?? message.split('\n')[0] ?? 'unknown';
};
