import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../clients/driver.ts';
import { drivers } from '../clients/drivers.ts';
import { installAll } from '../clients/install.ts';
import { isolation } from '../support/clients.ts';
import { emptyFolder, environment, executable, runExecutable } from '../support/gateway.ts';

const run = promisify(execFile);

/** How each is started with nothing but its own configuration, and the answer it must print. */
const started: Readonly<Record<string, readonly [client: string, ...args: readonly string[]]>> = {
  'claude-code': ['Claude Code 2.1', '.bin/claude', '-p', 'Hi', '--dangerously-skip-permissions'],
  codex: ['Codex CLI 0.169', '.bin/codex', 'exec', '--skip-git-repo-check', 'Hi'],
};

const find = (client: string): Driver | undefined =>
  drivers.find(({ name, version }) => `${name} ${version}`.startsWith(client));

describe.each(Object.keys(started))('%s', name => {
  it('answers through the gateway once it is set up, and is as before when that is undone', {
    timeout: 900_000,
  }, async ({ skip }) => {
    const [client = '', program = '', ...args] = started[name] ?? [];
    const driver = find(client);
    if (driver === undefined || process.platform !== 'linux' || process.arch !== 'x64') return skip('not for here');
    const { folders, missing, node } = await installAll([driver]);
    const folder = folders[`${driver.package}@${driver.version}`];
    if (folder === undefined || node === undefined) return skip(Object.values(missing)[0] ?? 'no Node');
    const words = await isolation();
    // Without a network of its own the usual port may be another's.
    if (words.length === 0) return skip('no network namespaces');
    const home = emptyFolder();
    const work = join(home.path, 'work');
    mkdirSync(work);
    const offline = { KIRO_MANAGEMENT_URL: 'http://127.0.0.1:1', MAX_RETRIES: '0' };
    const setup = (flag: string) => runExecutable(['setup', name, flag], { home: home.path, env: offline });
    const configured = (): string[] => readdirSync(home.path).sort();
    const before = configured();
    expect(await setup('--write')).toMatchObject({ code: 0 });

    const script =
      '"$0" serve --emulator >&2 & until curl -sf 127.0.0.1:8000/health >&2; do sleep 0.1; done; exec "$@"';
    const [shell = '', ...rest] = [
      ...words,
      'sh',
      '-c',
      script,
      executable,
      join(folder, 'node_modules', program),
      ...args,
    ];
    const running = run(shell, rest, {
      cwd: work,
      env: { ...environment(home.path), ...quiet, PATH: `${node}:${process.env['PATH']}` },
      timeout: 180_000,
    });
    // They read what is typed to its end first.
    running.child.stdin?.end();
    const { stdout } = await running.catch((error: { stdout: string; stderr: string }) => ({
      stdout: `${error.stdout}\n${error.stderr}`,
    }));
    expect(stdout).toContain('I am the emulator in the place of');
    expect((await setup('--undo')).code).toBe(0);
    expect(configured().filter(entry => !entry.startsWith('.'))).toEqual(before);
    expect(readFileSync(join(home.path, '.config/kiro-gw/key'), 'utf8')).toMatch(/^kgw-/);
    home.remove();
  });
});

const quiet = {
  IS_SANDBOX: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
};
