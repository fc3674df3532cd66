import { describe, expect, it } from 'vitest';
import { exitCodeOf, UsageError } from '../../src/cli/exit.ts';
import { ChatError } from '../../src/core/errors.ts';
import { runCommand } from '../support/world.ts';

describe('the command line', () => {
  it('shows help when nothing is asked of it', async () => {
    const bare = await runCommand({});
    const asked = await runCommand({ args: ['--help'] });
    expect(bare.output).toBe(asked.output);
    expect(bare.code).toBe(0);
    expect(asked.output).toContain('Exit codes:');
  });

  it('keeps every help page under 100 columns, on wide terminals too', async () => {
    const { output } = await runCommand({ args: ['--help'], columns: 200 });
    const commands = [...output.matchAll(/^ {2}(\w+)(?: \[| {2})/gm)].map(match => match[1] ?? '');
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands.filter(name => name !== 'help')) {
      const page = await runCommand({ args: [command, '--help'], columns: 200 });
      expect(page.code, command).toBe(0);
      for (const line of page.output.split('\n')) expect(line.length, `${command}: ${line}`).toBeLessThan(100);
    }
  });

  it('shows its version', async () => {
    const { output } = await runCommand({ args: ['--version'] });
    expect(output).toBe('kiro-gw 1.2.3 (abc, test-x64, bun 9.9.9)\n');
  });

  it('guesses what an unknown command or option was meant to be', async () => {
    const command = await runCommand({ args: ['sevre'] });
    expect([command.code, command.errors]).toEqual([2, expect.stringContaining('Did you mean serve?')]);
    const option = await runCommand({ args: ['serve', '--prot', '1'] });
    expect([option.code, option.errors]).toEqual([2, expect.stringContaining('Did you mean --port?')]);
    const other = await runCommand({ args: ['start'] });
    expect([other.code, other.errors]).toEqual([2, expect.stringContaining('(Did you mean serve?)')]);
    expect((await runCommand({ args: ['service', 'start'] })).errors).not.toContain('serve?');
    const choice = await runCommand({ args: ['env', '--shell', 'bsh'] });
    expect([choice.code, choice.errors]).toEqual([2, expect.stringContaining('Did you mean bash?')]);
    const client = await runCommand({ args: ['setup', 'claude'] });
    expect([client.code, client.errors]).toEqual([2, expect.stringContaining('Did you mean "claude-code"?')]);
  });

  it('says which setting is wrong and ends with 2', async () => {
    const { code, errors } = await runCommand({ args: ['env'], env: { SERVER_PORT: 'http' } });
    expect(code).toBe(2);
    expect(errors).toBe('error: SERVER_PORT must be a whole number from 0 to 65535 (it is "http").\n');
  });
});

describe('the exit code', () => {
  it.each([
    [new UsageError('x'), 2],
    [new ChatError('login', 'x'), 4],
    [new ChatError('quota', 'x'), 3],
    [new ChatError('rate', 'x'), 3],
    [new ChatError('cancelled', 'x'), 130],
    [new ChatError('network', 'x'), 1],
    [new Error('x'), 1],
    ['x', 1],
  ])('of %o is %i', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });
});
