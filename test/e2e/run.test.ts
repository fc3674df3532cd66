import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersThere } from '../support/answers-there.ts';
import { emptyFolder, environment, executable, type Finished, runExecutable } from '../support/gateway.ts';

let home: ReturnType<typeof emptyFolder>;
let env: Record<string, string>;

beforeEach(() => {
  home = emptyFolder();
  mkdirSync(join(home.path, 'tmp'));
  env = { TMPDIR: join(home.path, 'tmp') };
});
afterEach(() => home.remove());

const run = (args: readonly string[], input?: string): Promise<Finished> =>
  runExecutable(['run', '--emulator', ...args], { home: home.path, env, ...(input === undefined ? {} : { input }) });

/** What is left of the folders that programs were given. */
const left = (): string[] => readdirSync(join(home.path, 'tmp'));

/** Starts a script under `run` and gives its first line of output, once it is there. */
async function start(script: string): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(executable, ['run', '--emulator', '--', 'sh', '-c', script], {
    cwd: home.path,
    env: { ...environment(home.path), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: line.toString().trim() };
}

/** A client under the name by which it is known; it writes down how it was called. */
function fakeClient(name: string): string {
  const file = join(home.path, name);
  const script = `#!/bin/sh\necho "args: $*"\nenv | sort\nfor f in "$TMPDIR"/kiro-gw-run-*/*; do echo "file: $f"; cat "$f"; echo; done\n`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}

describe('kiro-gw run', () => {
  it('gives the program a gateway of its own, which ends with it', async () => {
    const script = `echo $OPENAI_BASE_URL; echo $ANTHROPIC_API_KEY; curl -sS -H "x-api-key: $ANTHROPIC_API_KEY" $ANTHROPIC_BASE_URL/v1/models`;
    const { code, output, errors } = await run(['--', 'sh', '-c', script]);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('claude-sonnet-4.5');
    const [url = '', key = ''] = output.split('\n');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(key).toMatch(/^kgw-/);
    expect(await answersThere(url, key)).toBe(false);
    expect(left()).toEqual([]);
  });

  it('has a new key every time, and takes no other', async () => {
    const script =
      'echo $OPENAI_API_KEY; curl -s -o /dev/null -w "%{http_code}" -H "x-api-key: wrong" $OPENAI_BASE_URL/models';
    const [one, other] = await Promise.all([run(['sh', '-c', script]), run(['sh', '-c', script])]);
    const [first, second] = [one.output, other.output].map(text => text.split('\n'));
    expect(first?.[0]).toMatch(/^kgw-.{32}$/);
    expect(first?.[0]).not.toBe(second?.[0]);
    expect([first?.[1], second?.[1]]).toEqual(['401', '401']);
  });

  it('passes input, arguments and the exit code through', async () => {
    const { code, output } = await run(
      ['sh', '-c', 'cat; echo "$1 $2"; exit 42', 'sh', '-p', '--model=x y'],
      'typed\n',
    );
    expect([code, output]).toEqual([42, 'typed\n-p --model=x y\n']);
  });

  it('ends as a shell does for a program that a signal ended, or that is not there', async () => {
    expect((await run(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
    const missing = await run(['no-such-program']);
    expect([missing.code, missing.errors]).toEqual([127, expect.stringContaining('no such program')]);
    expect(left()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('passes %s to the program and waits for it', async signal => {
    const name = signal.slice(3);
    const { child } = await start(
      `trap 'sleep 0.2; echo asked > asked; exit 5' ${name}; echo ready; for i in $(seq 100); do sleep 0.05; done`,
    );
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([5, null]);
    expect(readFileSync(join(home.path, 'asked'), 'utf8')).toBe('asked\n');
    expect(left()).toEqual([]);
  });

  it('leaves nothing behind when the program is killed', async () => {
    const { child, line } = await start('echo $$ $OPENAI_BASE_URL $OPENAI_API_KEY; exec sleep 600');
    const [pid, url = '', key = ''] = line.split(' ');
    expect(left()).toHaveLength(1);
    expect(await answersThere(url, key)).toBe(true);
    process.kill(Number(pid), 'SIGKILL');
    expect(await once(child, 'exit')).toEqual([137, null]);
    expect(left()).toEqual([]);
    expect(await answersThere(url, key)).toBe(false);
  });

  it('starts nothing without a sign-in', async () => {
    const { code, output, errors } = await runExecutable(['run', 'echo', 'started'], { home: home.path, env });
    expect([code, output]).toEqual([4, '']);
    expect(errors).toContain('kiro-gw login');
  });

  it('starts nothing with a model that is not there', async () => {
    const { code, output, errors } = await run(['--model', 'no-such-model', 'echo', 'started']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('kiro-gw models');
  });
});

describe('kiro-gw run knows', () => {
  it('Claude Code, whose own settings would lead it elsewhere', async () => {
    mkdirSync(join(home.path, '.claude'));
    writeFileSync(join(home.path, '.claude/settings.json'), '{"env": {"ANTHROPIC_BASE_URL": "http://elsewhere"}}');
    const { output } = await run(['--model', 'opus-4.6', fakeClient('claude'), '-p', 'hi']);
    expect(output).toMatch(/^args: --settings \S+settings.json -p hi$/m);
    expect(output).toMatch(/^\{"env":\{"ANTHROPIC_BASE_URL":"http:\/\/127/m);
    expect(output).toMatch(/^ANTHROPIC_MODEL=claude-opus-4.6$/m);
    expect(output).not.toMatch(/^ANTHROPIC_API_KEY=/m);
  });

  it('Codex, which takes a provider on its command line', async () => {
    const { output } = await run([fakeClient('codex'), 'exec', 'hi']);
    expect(output).toMatch(/^args: -c model_provider="kiro-gw-run" -c .*env_key = "KIRO_GW_API_KEY" } -c .* exec hi$/m);
  });

  it.each(['opencode', 'kilo'])('%s, whose configuration fits into a variable', async name => {
    const { output } = await run(['--model', 'sonnet-4.5', fakeClient(name)]);
    const config = new RegExp(`^${name.toUpperCase()}_CONFIG_CONTENT=(.*)$`, 'm').exec(output)?.[1] ?? '';
    expect(JSON.parse(config)).toMatchObject({
      model: 'kiro-gw/claude-sonnet-4.5',
      provider: { 'kiro-gw': { npm: '@ai-sdk/anthropic', options: { apiKey: '{env:KIRO_GW_API_KEY}' } } },
    });
  });

  it.each([
    ['crush', 'crush.json', /^CRUSH_GLOBAL_CONFIG=.*kiro-gw-run-/m],
    ['pi', 'models.json', /^PI_CODING_AGENT_DIR=.*kiro-gw-run-/m],
    ['cn', 'config.yaml', /^args: --config .*config\.yaml hi$/m],
    ['cline', 'settings', /^args: --data-dir .*kiro-gw-run-\S+ hi$/m],
  ])('%s, which gets a configuration for this once', async (name, file, told) => {
    const { output } = await run([fakeClient(name), 'hi']);
    expect(output).toMatch(told);
    expect(output).toMatch(new RegExp(`^file: .*/${file}$`, 'm'));
    expect(left()).toEqual([]);
  });
});
