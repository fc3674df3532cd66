import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectShell, type ShellName, writeVariables } from '../../src/cli/shells.ts';
import { createTestWorld, runCommand, temporaryFolder } from '../support/world.ts';

const has = (shell: string): boolean => spawnSync(shell, ['--version'], { stdio: 'ignore' }).error === undefined;

describe('kiro-gw env', () => {
  it('writes the variables of both APIs and nothing else', async () => {
    const { code, output, errors } = await runCommand({ args: ['env'], env: { PROXY_API_KEY: "it's" } });
    expect(output).toBe(
      [
        "export OPENAI_BASE_URL='http://127.0.0.1:8000/v1'",
        "export OPENAI_API_KEY='it'\\''s'",
        "export ANTHROPIC_BASE_URL='http://127.0.0.1:8000'",
        "export ANTHROPIC_AUTH_TOKEN='it'\\''s'",
        '',
      ].join('\n'),
    );
    expect([code, errors]).toEqual([0, '']);
  });

  it('says on a terminal how it is meant, and that no gateway answers', async () => {
    const { errors } = await runCommand({ args: ['env', '--port', '1'], terminal: true });
    expect(errors).toContain('eval "$(kiro-gw env --port 1)"');
    expect(errors).toContain('kiro-gw serve');
  });

  it('makes a key at first use, keeps it for its owner only, and finds it again', async () => {
    const first = await runCommand({ args: ['env', '--json'] });
    const file = join(first.world.folders.config, 'key');
    const key: string = JSON.parse(first.output).OPENAI_API_KEY;
    expect(readFileSync(file, 'utf8')).toBe(`${key}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const second = await runCommand({ args: ['env', '--json'], home: first.world.folders.home });
    expect(JSON.parse(second.output).ANTHROPIC_AUTH_TOKEN).toBe(key);
    expect(key.length).toBeGreaterThanOrEqual(32);
  });

  it('makes no key where one is set', async () => {
    const { world } = await runCommand({ args: ['env'], env: { PROXY_API_KEY: 'mine' } });
    expect(existsSync(world.folders.config)).toBe(false);
  });

  it('points at an address that can be reached when the gateway listens everywhere', async () => {
    const { output } = await runCommand({ args: ['env', '--host', '0.0.0.0', '--client', 'claude-code'] });
    expect(output).toContain("ANTHROPIC_BASE_URL='http://127.0.0.1:8000'");
    const six = await runCommand({ args: ['env', '--host', '::1', '--client', 'openai'] });
    expect(six.output).toContain("OPENAI_BASE_URL='http://[::1]:8000/v1'");
  });

  it('removes what it set', async () => {
    const { output } = await runCommand({ args: ['env', '--unset', '--client', 'openai', '--shell', 'fish'] });
    expect(output).toBe('set -e OPENAI_BASE_URL\nset -e OPENAI_API_KEY\n');
  });
});

describe('quoting', () => {
  const values = fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'));

  const nasty = [
    '',
    ' ',
    '\u0001\u001b[0m\t\u007f',
    'one\ntwo\n',
    '\'"\\$`!%{}~*?#;&|<>',
    '’‘‚‛“”',
    '--',
    '$(id)',
    '\\u0041\\n',
  ];
  /** A shell that reads a script from a file, and how it prints all the variables, each with a zero byte behind it. */
  const posix = (name: string): string => `printf '%s\\0' "$${name}"`;
  const shells: readonly (readonly [
    program: string,
    args: readonly string[],
    shell: ShellName,
    print: typeof posix,
  ])[] = [
    ['sh', [], 'bash', posix],
    ['bash', ['--norc'], 'bash', posix],
    ['zsh', ['-f'], 'zsh', posix],
    ['fish', ['--no-config'], 'fish', posix],
    ['nu', ['-n'], 'nushell', name => `print -n $env.${name} (char -u "0000")`],
    ['pwsh', ['-NoProfile', '-File'], 'powershell', name => `[Console]::Out.Write($env:${name} + [char]0)`],
  ];

  it.each(shells.filter(([program]) => has(program)))(
    'survives a real %s, whatever the value',
    (program, args, shell, print) => {
      const file = join(temporaryFolder(), 'script.ps1');
      fc.assert(
        fc.property(fc.array(values, { minLength: 20, maxLength: 20 }), found => {
          const some = [...found, ...nasty];
          const variables = Object.fromEntries(some.map((value, at) => [`V${at}`, value]));
          writeFileSync(
            file,
            `${writeVariables(shell, variables, false)}${Object.keys(variables).map(print).join('\n')}\n`,
          );
          const printed = execFileSync(program, [...args, file], { encoding: 'utf8' })
            .split('\0')
            .slice(0, -1);
          expect(printed).toEqual(some);
        }),
        { numRuns: 3 },
      );
    },
  );

  it.each<[ShellName, string, string]>([
    ['zsh', "a'b$c", "export K='a'\\''b$c'"],
    ['fish', "a'b\\c$d", "set -gx K 'a\\'b\\\\c$d'"],
    ['powershell', "a'b`c$d", "$env:K = 'a''b`c$d'"],
    [
      'powershell',
      "a'b\nc’$d😀",
      '$env:K = "a$([char]39)b$([char]10)c$([char]8217)$([char]36)d$([char]55357)$([char]56832)"',
    ],
    ['cmd', 'a b&c^d', 'set "K=a b&c^d"'],
    ['nushell', 'a"b\\c', '$env.K = "a\\"b\\\\c"'],
  ])('is right for %s', (shell, value, line) => {
    expect(writeVariables(shell, { K: value }, false)).toBe(`${line}\n`);
  });

  it.each(['a"b', 'a\nb', 'größer'])('refuses what cmd cannot hold: %j', value => {
    expect(() => writeVariables('cmd', { K: value }, false)).toThrow(/cmd has no way/);
  });
});

describe('the shell', () => {
  it.each<[Record<string, string>, string, string | undefined, ShellName]>([
    [{ SHELL: '/bin/zsh' }, 'darwin', 'zsh', 'zsh'],
    [{ SHELL: '/bin/zsh' }, 'darwin', undefined, 'zsh'],
    [{ SHELL: '/usr/bin/fish' }, 'linux', 'make', 'fish'],
    [{ SHELL: '/usr/bin/fish' }, 'linux', 'bash', 'bash'],
    [{ SHELL: '/bin/bash' }, 'linux', 'pwsh', 'powershell'],
    [{ SHELL: '/bin/zsh', NU_VERSION: '0.99' }, 'linux', 'nu', 'nushell'],
    [{ SHELL: '/bin/zsh', NU_VERSION: '0.99' }, 'linux', undefined, 'nushell'],
    [{ SHELL: '/bin/zsh', NU_VERSION: '0.99' }, 'linux', 'zsh', 'zsh'],
    [{}, 'linux', undefined, 'bash'],
    [{}, 'win32', undefined, 'powershell'],
    [{ PROMPT: '$P$G' }, 'win32', 'cmd.exe', 'cmd'],
    [{ PROMPT: '$P$G' }, 'win32', undefined, 'cmd'],
    [{ PROMPT: '$P$G' }, 'win32', 'PowerShell.EXE', 'powershell'],
    [{ NU_VERSION: '0.99' }, 'win32', undefined, 'nushell'],
    [{ SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' }, 'win32', undefined, 'bash'],
  ])('is found from %o on %s below %s', (env, platform, parent, shell) => {
    expect(detectShell(createTestWorld({ env, platform, ...(parent === undefined ? {} : { parent }) }))).toBe(shell);
  });

  it.skipIf(process.platform === 'win32')('is the program that started this one', () => {
    const script = `import { findParent } from '${join(import.meta.dirname, '../../src/cli/parent.ts')}';
      console.log(findParent(process.ppid, process.platform));`;
    // More than one command: a shell becomes the only one that it is given.
    const line = `'${process.execPath}' -e "$SCRIPT"; true`;
    const printed = execFileSync('bash', ['-c', line], { encoding: 'utf8', env: { ...process.env, SCRIPT: script } });
    expect(printed.trim()).toBe('bash');
  });
});
