import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, executable, runExecutable, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let home: ReturnType<typeof emptyFolder>;
let env: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  home = emptyFolder();
  env = { ...environment(home.path, emulator), KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
});
afterEach(() => {
  emulator.reset();
  home.remove();
});
afterAll(() => emulator.close());

const run = (...args: string[]) => runExecutable(args, { home: home.path, env });

describe('commands of the executable', () => {
  it('show help and version without a sign-in and without writing anything', async () => {
    const bare = { home: home.path, env: { KIRO_API_KEY: '' } };
    expect(await runExecutable(['--help'], bare)).toMatchObject({ code: 0, errors: '' });
    expect((await runExecutable(['--version'], bare)).output).toMatch(/^kiro-gw \d/);
    expect(existsSync(join(home.path, '.config'))).toBe(false);
  });

  it('take nothing from the folder they are started in', async () => {
    writeFileSync(join(home.path, '.env'), 'SERVER_PORT=nonsense\n');
    writeFileSync(join(home.path, 'bunfig.toml'), 'preload = ["./evil.ts"]\n');
    writeFileSync(join(home.path, 'evil.ts'), 'await Bun.write("evil.txt", "ran");\n');
    writeFileSync(join(home.path, 'package.json'), '{"type":"commonjs"}');
    expect(await run('env')).toMatchObject({ code: 0, errors: '' });
    expect(existsSync(join(home.path, 'evil.txt'))).toBe(false);
  });

  it('chat asks and writes the answer, with what was piped in', async () => {
    emulator.next(['It scatters.']);
    const chat = await runExecutable(['chat', 'why', 'blue?'], { home: home.path, env, input: 'the sky' });
    expect(chat).toEqual({ code: 0, output: 'It scatters.\n', errors: '' });
    const body = JSON.stringify(
      emulator.requests.find(({ operation }) => operation === 'GenerateAssistantResponse')?.body,
    );
    expect(body).toContain('why blue?\\n\\nthe sky');
    expect(emulator.violations).toEqual([]);
  });

  it('chat ends with 3 when the credits are used up', async () => {
    emulator.next({ status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } });
    const { code, output, errors } = await run('chat', 'hi');
    expect([code, output]).toEqual([3, '']);
    expect(errors).toMatch(/^error: \S/);
  });

  it('models lists what the account has', async () => {
    const table = await run('models');
    expect(table.code).toBe(0);
    expect(table.output).toMatch(/^\s+ID\s+NAME/);
    expect(table.output).toContain('claude-sonnet-4.5');
    const some = JSON.parse((await run('models', '--json', 'sonnet')).output) as { id: string }[];
    expect(some.map(({ id }) => id)).toContain('claude-sonnet-4.5');
    expect(some.map(({ id }) => id)).not.toContain('auto');
  });

  it('usage shows the credits', async () => {
    const { code, output } = await run('usage');
    expect([code, output]).toEqual([0, expect.stringMatching(/\d+ of \d+ \w+ used/)]);
  });

  it('usage is the same in JSON and from the server', async () => {
    const gateway = await startGateway({ emulator, home: home.path, env });
    const response = await fetch(`${gateway.url}/v1/usage`, { headers: { authorization: `Bearer ${gateway.key}` } });
    const served = await response.json();
    await gateway.stop();
    const { code, output } = await run('usage', '--json');
    const withoutTimes = (usage: unknown): string => JSON.stringify(usage).replaceAll(/"\d{4}-[^"]+Z"/g, 'time');
    expect([code, withoutTimes(JSON.parse(output))]).toEqual([0, withoutTimes(served)]);
    expect(served).toMatchObject({
      plan: 'KIRO PRO',
      parts: [{ name: 'plan' }, { name: 'trial' }, { name: 'Welcome' }],
    });
  });

  it('doctor finds nothing wrong, and finds a bad sign-in', async () => {
    const well = await run('doctor', '--port', '0', '--json');
    const facts = JSON.parse(well.output) as { state: string; topic: string; text: string }[];
    expect(facts.filter(({ state }) => state === 'broken')).toEqual([]);
    expect(well.code).toBe(0);
    env['KIRO_API_KEY'] = 'ksk_of-nobody';
    const ill = await run('doctor', '--port', '0');
    expect([ill.code, ill.output]).toEqual([1, expect.stringContaining('✗')]);
    expect(ill.output).not.toContain('ksk_of-nobody');
  });
});

describe('serve', () => {
  it('with the emulator prints a curl line that works as it stands', async () => {
    const gateway = await startGateway({ args: ['--emulator'] });
    expect(gateway.output()).toContain('no real model is behind it');
    const line = /curl .+/.exec(gateway.output())?.[0] ?? '';
    const curl = spawn('sh', ['-c', `${line} -sS --fail --max-time 10`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let answer = '';
    curl.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    const [code] = await once(curl, 'close');
    expect([code, answer]).toEqual([0, expect.stringMatching(/^data: [\s\S]+data: \[DONE\]\s*$/)]);
    expect(await gateway.stop()).toBe(0);
  });

  it('says what to do when the port is taken, by whom it may be', async () => {
    const gateway = await startGateway({ emulator, env });
    const taken = await run('serve', '--port', new URL(gateway.url).port);
    expect(taken).toMatchObject({ code: 2, errors: expect.stringContaining('another kiro-gw') });
    await gateway.stop();
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as { port: number };
    const other = await run('serve', '--port', String(port));
    expect([other.code, other.errors]).toEqual([1, expect.stringContaining('--port')]);
    stranger.close();
  });

  it('refuses to be reached by others with a short key', async () => {
    env['PROXY_API_KEY'] = 'short';
    const { code, errors } = await run('serve', '--host', '0.0.0.0', '--port', '0');
    expect([code, errors]).toEqual([2, expect.stringContaining('at least 16')]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('lets a running answer finish after %s', async signal => {
    const gateway = await startGateway({ emulator, env });
    emulator.next(['One, ', { pause: 300 }, 'two.']);
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Count' }] }),
    });
    const stopped = gateway.stop(signal);
    expect(await response.text()).toContain('two.');
    expect(await stopped).toBe(0);
  });

  it('leaves at once at the second signal', async () => {
    const gateway = await startGateway({ emulator, env });
    emulator.next(['One, ', { hang: true }]);
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Count' }] }),
    });
    const cut = response.text().catch(() => 'cut');
    process.kill(gateway.pid, 'SIGINT');
    await expect.poll(() => gateway.errors()).toContain('may finish');
    expect(await gateway.stop('SIGINT')).toBe(130);
    await cut;
  });

  it('writes its log as JSON lines when asked to, each request among them', async () => {
    const child = spawn(executable, ['serve', '--port', '0', '--log-format', 'json'], { cwd: home.path, env });
    const lines: Record<string, unknown>[] = [];
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.map(line => JSON.parse(line) as Record<string, unknown>));
    });
    await expect.poll(() => lines.find(({ msg }) => msg === 'listening')).toBeDefined();
    const { url } = lines.find(({ msg }) => msg === 'listening') as { url: string };
    await fetch(`${url}/health`);
    await expect
      .poll(() => lines.find(({ path }) => path === '/health'))
      .toMatchObject({ msg: 'request', status: 200 });
    child.kill();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
