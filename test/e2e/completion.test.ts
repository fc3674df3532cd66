import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyFolder, environment, executable, runExecutable } from '../support/gateway.ts';
import { hasTerminals, keys, startOnTerminal } from '../support/terminal.ts';

let home: ReturnType<typeof emptyFolder>;
let env: Record<string, string>;

beforeEach(() => {
  home = emptyFolder();
  const folder = join(home.path, 'bin');
  mkdirSync(folder);
  symlinkSync(executable, join(folder, 'kiro-gw'));
  env = { ...environment(home.path), PATH: `${folder}:${process.env['PATH']}`, KIRO_API_KEY: '' };
});
afterEach(() => home.remove());

const has = (shell: string): boolean => spawnSync(shell, ['--version'], { stdio: 'ignore' }).error === undefined;

/** How each is started without anything of the user's, and how it takes the completion. */
const shells: Readonly<Record<string, { readonly args: readonly string[]; readonly load: string }>> = {
  bash: { args: ['--norc', '--noprofile', '-i'], load: 'eval "$(kiro-gw completion bash)"' },
  zsh: { args: ['-f', '-i'], load: 'eval "$(kiro-gw completion zsh)"' },
  fish: { args: ['--no-config', '-i'], load: 'kiro-gw completion fish | source' },
};

async function words(...args: string[]): Promise<readonly string[]> {
  const { output } = await runExecutable(['__complete', '--', ...args], { home: home.path, env });
  return output
    .trimEnd()
    .split('\n')
    .map(line => line.split('\t')[0] ?? '');
}

describe('completion', () => {
  it('knows commands, options, choices, models, accounts and settings', async () => {
    expect(await words('mod')).toEqual(['models']);
    expect(await words('accounts', 're')).toEqual(['rename', 'remove']);
    expect(await words('serve', '--emu')).toEqual(['--emulator']);
    expect(await words('env', '--shell', 'f')).toEqual(['fish']);
    expect(await words('chat', '-m', 'claude-haiku')).toContain('claude-haiku-4.5');
    expect(await words('chat', '--json', '-f', '')).toEqual([':files']);
    expect(await words('config', 'get', 'por')).toEqual(['port']);
    expect(await words('setup', 'claude')).toEqual(['claude-code']);
    expect(await words('env', '--shell=f')).toEqual(['--shell=fish']);
    expect(await words('env', '--shell', '=')).toContain('fish');
    expect(await words('env', '--shell', '=', 'f')).toEqual(['fish']);
    expect(await words('chat', '--json', '--model=claude-haiku')).toContain('--model=claude-haiku-4.5');
    const key = { home: home.path, env, input: 'ksk_0123456789abcdef0123456789abcdef' };
    expect((await runExecutable(['login', '--method', 'api-key', '--as', 'work'], key)).code).toBe(0);
    expect(await words('--account', '')).toEqual(['work']);
    expect(await words('accounts', 'use', 'w')).toEqual(['work']);
  });

  it.runIf(has('bash'))('works in bash', async () => {
    const script = `eval "$(kiro-gw completion bash)"
      COMP_WORDS=(kiro-gw config get "allowed"); COMP_CWORD=3; _kiro_gw; echo "$COMPREPLY"
      COMP_WORDS=(kiro-gw ""); COMP_CWORD=1; _kiro_gw; echo "\${#COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    const [first, count] = stdout.split('\n');
    expect([stderr, first, Number(count) > 10]).toEqual(['', 'allowed-hosts', true]);
  });

  it.each(Object.keys(shells).filter(shell => hasTerminals && has(shell)))('works at the prompt of %s', async shell => {
    const { args, load } = shells[shell] ?? { args: [], load: '' };
    // Tells what it was called with, unless the shell itself asks.
    rmSync(join(home.path, 'bin', 'kiro-gw'));
    const tell = `#!/bin/sh\ncase $1 in __complete|completion) exec '${executable}' "$@";; esac\nprintf '<%s>' "$@"\n`;
    writeFileSync(join(home.path, 'bin', 'kiro-gw'), tell, { mode: 0o755 });
    mkdirSync(join(home.path, 'papers'));
    const terminal = startOnTerminal([shell, ...args], { home: home.path, env, columns: 120 });
    terminal.type(`${load}; echo rea''dy${keys.enter}`);
    await terminal.shows(/\bready\b/);
    for (const [typed, called] of [
      ['mod', '<models>'],
      ['accounts ren', '<accounts><rename>'],
      ['chat --model claude-h', '<chat><--model><claude-haiku-4.5>'],
      ['env --shell=powe', '<env><--shell=powershell>'],
      ['--account x config get allowed', '<--account><x><config><get><allowed-hosts>'],
      ['chat -f pap', '<chat><-f><papers'],
    ] as const) {
      terminal.type(`kiro-gw ${typed}\t${keys.enter}`);
      await terminal.shows(new RegExp(RegExp.escape(called)));
    }
    terminal.type(`exit${keys.enter}`);
    await terminal.ended();
  });

  it.runIf(has('pwsh'))('works in PowerShell', async () => {
    const { output } = await runExecutable(['completion', 'powershell'], { home: home.path, env });
    const line = 'kiro-gw config get allowed';
    const ask = `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
    const { stdout, stderr } = spawnSync('pwsh', ['-NoProfile', '-Command', `${output}\n${ask}`], {
      env,
      encoding: 'utf8',
    });
    expect([stderr, stdout.trim()]).toEqual(['', 'allowed-hosts']);
  });

  it.runIf(has('man'))('the manual page is set by man without a complaint', async () => {
    const { output } = await runExecutable(['man'], { home: home.path, env });
    const { stdout, stderr, status } = spawnSync('man', ['--warnings', '-l', '-'], {
      input: output,
      env: { ...env, MANPAGER: 'cat', MANWIDTH: '80' },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('kiro-gw serve');
    expect(stdout).toContain('kiro-gw setup [client]');
    expect(stdout).toContain('sign in first');
  });
});

describe('config edit', () => {
  it('opens the file with every setting in it, and says what is wrong afterwards', async () => {
    env['EDITOR'] = 'cat';
    const shown = await runExecutable(['config', 'edit'], { home: home.path, env });
    expect([shown.code, shown.output]).toEqual([0, expect.stringContaining('# port = "8000"')]);
    const editor = join(home.path, 'my editor');
    writeFileSync(editor, '#!/bin/sh\nfor last; do :; done\necho "port = 9999$#" > "$last"\n', { mode: 0o755 });
    for (const [named, port] of [
      [editor, 99_991],
      [`"${editor}" --wait`, 99_992],
    ] as const) {
      env['VISUAL'] = named;
      const wrong = await runExecutable(['config', 'edit'], { home: home.path, env });
      expect([wrong.code, wrong.errors]).toEqual([2, expect.stringMatching(new RegExp(`port in .*${port}`))]);
      expect(wrong.errors).toContain('kiro-gw config edit');
    }
  });
});
