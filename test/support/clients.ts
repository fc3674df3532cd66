import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program from npm in a cache outside the repository; why not, when npm cannot be reached. */
export async function installClient(
  name: string,
  version: string,
  finish?: (folder: string) => Promise<unknown>,
): Promise<{ readonly folder: string } | { readonly missing: string }> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(cache, 'kiro-gw-tests', `${name.replaceAll(/[^\w.-]/g, '-')}-${version}`);
  const installed = join(folder, 'node_modules', name);
  if (existsSync(installed)) return { folder: installed };
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    writeFileSync(join(draft, 'package.json'), '{"private":true}');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await run('npm', ['install', ...flags, `${name}@${version}`], {
      cwd: draft,
      timeout: 120_000,
      shell: process.platform === 'win32',
    });
    await finish?.(join(draft, 'node_modules', name));
    // Whole or not at all, also when two runs install at once.
    if (!existsSync(folder)) renameSync(draft, folder);
    return { folder: installed };
  } catch (error) {
    return { missing: `${name}@${version} could not be installed: ${reasonOf(error)}` };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The words before a command that shut it off from every network but loopback; none where the system has no such way. */
export async function isolation(): Promise<readonly string[]> {
  const words = ['unshare', '--map-root-user', '--net', '--', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];
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
