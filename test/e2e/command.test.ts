import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { executable, runExecutable, startGateway } from '../support/gateway.ts';
import { useUser } from '../support/user.ts';

const user = useUser();
const { run } = user;

describe('commands of the executable', () => {
  it('show help and version without a sign-in and without writing anything', async () => {
    const bare = { home: user.home, env: { KIRO_API_KEY: '' } };
    expect(await runExecutable(['--help'], bare)).toMatchObject({ code: 0, errors: '' });
    expect((await runExecutable(['--version'], bare)).output).toMatch(/^kiro-gw \d/);
    expect(existsSync(join(user.home, '.config'))).toBe(false);
  });

  it('take nothing from the folder they are started in', async () => {
    writeFileSync(join(user.home, '.env'), 'SERVER_PORT=nonsense\n');
    writeFileSync(join(user.home, 'bunfig.toml'), 'preload = ["./evil.ts"]\n');
    writeFileSync(join(user.home, 'evil.ts'), 'await Bun.write("evil.txt", "ran");\n');
    writeFileSync(join(user.home, 'package.json'), '{"type":"commonjs"}');
    expect(await run('env')).toMatchObject({ code: 0, errors: '' });
    expect(existsSync(join(user.home, 'evil.txt'))).toBe(false);
  });

  it('chat asks and writes the answer, with what was piped in', async () => {
    user.emulator.next(['It scatters.']);
    const chat = await user.pipe('the sky', 'chat', 'why', 'blue?');
    expect(chat).toEqual({ code: 0, output: 'It scatters.\n', errors: '' });
    expect(user.asked()).toContain('why blue?\\n\\nthe sky');
  });

  it('chat ends with 3 when the credits are used up', async () => {
    user.emulator.next({ status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } });
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

  it('models says when nothing fits, and whose list it shows', async () => {
    const none = await run('models', 'none', 'such');
    expect([none.code, none.output]).toEqual([0, '']);
    expect(none.errors).toMatch(
      /^No model has "none" and "such" .* kiro-gw models\n\nAs the service lists them now\.\n/,
    );
    expect((await run('models')).errors).toContain('As the service listed them just now; --refresh asks again.');
    // Nothing that another service has listed.
    user.env['KIRO_MANAGEMENT_URL'] = user.emulator.url.replace('127.0.0.1', 'localhost');
    user.env['KIRO_API_KEY'] = 'ksk_of-nobody';
    const elsewhere = await run('models');
    expect([elsewhere.code, elsewhere.errors]).toEqual([0, expect.stringContaining('built-in list')]);
    expect(elsewhere.errors).toMatch(/^error: \S/);
    expect((await run('models', '--refresh')).code).toBe(4);
  });

  it('models asks again when the list is old or of another account, and says why it cannot', async () => {
    await run('models');
    const cache = join(
      user.home,
      '.cache',
      'kiro-gw',
      new URL(user.emulator.url).host.replace(':', '-'),
      'models.json',
    );
    const change = (changes: object): void =>
      writeFileSync(cache, JSON.stringify({ ...JSON.parse(readFileSync(cache, 'utf8')), ...changes }));
    change({ fetchedAt: Date.now() - 2 * 3_600_000 });
    expect((await run('models')).errors).toContain('As the service lists them now.');
    expect((await run('models')).errors).toContain('just now');
    change({ account: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/OTHER' });
    expect((await run('models')).errors).toContain('For the API key.');
    change({ fetchedAt: Date.now() - 2 * 3_600_000 });
    user.env['KIRO_API_KEY'] = 'ksk_of-nobody';
    const old = await run('models');
    expect([old.code, old.output]).toEqual([0, expect.stringContaining('claude-opus-5.5')]);
    expect(old.errors).toMatch(/^error: [\s\S]*As the service listed them 2 h ago/);
  });

  it('usage shows the credits', async () => {
    const { code, output } = await run('usage');
    expect([code, output]).toEqual([0, expect.stringMatching(/\d+ of \d+ \w+ used/)]);
  });

  it('usage is the same in JSON and from the server', async () => {
    const gateway = await startGateway({ emulator: user.emulator, home: user.home, env: user.env });
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
    user.env['KIRO_API_KEY'] = 'ksk_of-nobody';
    const ill = await run('doctor', '--port', '0');
    expect([ill.code, ill.output]).toEqual([1, expect.stringContaining('✗')]);
    expect(ill.output).not.toContain('ksk_of-nobody');
  });
});

describe('serve', () => {
  it('with the emulator prints a curl line that works as it stands', async () => {
    const gateway = await startGateway({ args: ['--emulator'] });
    await expect.poll(() => gateway.output()).toMatch(/no real model is behind it[\s\S]*curl .+\n/);
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
    const gateway = await startGateway({ emulator: user.emulator, env: user.env });
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
    user.env['PROXY_API_KEY'] = 'short';
    const { code, errors } = await run('serve', '--host', '0.0.0.0', '--port', '0');
    expect([code, errors]).toEqual([2, expect.stringContaining('at least 16')]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('lets a running answer finish after %s', async signal => {
    const gateway = await startGateway({ emulator: user.emulator, env: user.env });
    user.emulator.next(['One, ', { pause: 300 }, 'two.']);
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
    const gateway = await startGateway({ emulator: user.emulator, env: user.env });
    user.emulator.next(['One, ', { hang: true }]);
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
    const child = spawn(executable, ['serve', '--port', '0', '--log-format', 'json'], {
      cwd: user.home,
      env: user.env,
    });
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
