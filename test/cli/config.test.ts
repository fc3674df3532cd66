import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, temporaryFolder } from '../support/world.ts';

describe('kiro-gw config', () => {
  it('lists every setting with its value and where it comes from, without secrets', async () => {
    const env = { SERVER_PORT: '9000', PROXY_API_KEY: 'swordfish' };
    const { output } = await runCommand({ args: ['config', 'list'], env });
    expect(output).toMatch(/^port +9000 +SERVER_PORT$/m);
    expect(output).toMatch(/^host +127\.0\.0\.1 +default$/m);
    expect(output).toMatch(/^key +\(set, not shown\) +PROXY_API_KEY$/m);
    expect(output).not.toContain('swordfish');
    const json = await runCommand({ args: ['config', 'list', '--json'], env });
    expect(JSON.parse(json.output).port).toEqual({ value: '9000', from: 'SERVER_PORT' });
    expect(json.output).not.toContain('swordfish');
  });

  it('keeps a setting, finds it again and takes it out', async () => {
    const home = temporaryFolder();
    const run = (...args: string[]) => runCommand({ args: ['config', ...args], home });
    expect((await run('set', 'port', '9001')).code).toBe(0);
    expect((await run('get', 'port')).output).toBe('9001\n');
    const path = (await run('path')).output.trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await run('unset', 'port');
    expect((await run('get', 'port')).output).toBe('8000\n');
  });

  it('leaves the rest of the file as it was written', async () => {
    const home = temporaryFolder();
    const file = join(home, 'config', 'config.toml');
    mkdirSync(join(home, 'config'));
    writeFileSync(file, '# mine\nport = 1 # old\n\nhost = "::1"\n');
    await runCommand({ args: ['config', 'set', 'port', '2'], home });
    await runCommand({ args: ['config', 'set', 'model-aliases', 'a="b"'], home });
    expect(readFileSync(file, 'utf8')).toBe('# mine\nport = "2"\n\nhost = "::1"\nmodel-aliases = "a=\\"b\\""\n');
  });

  it('writes into a JSON file where there is one', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'config'));
    writeFileSync(join(home, 'config', 'config.json'), '{"host":"::1"}');
    await runCommand({ args: ['config', 'set', 'port', '2'], home });
    expect(JSON.parse(readFileSync(join(home, 'config', 'config.json'), 'utf8'))).toEqual({ host: '::1', port: '2' });
  });

  it('refuses what would not work', async () => {
    const unknown = await runCommand({ args: ['config', 'set', 'prot', '1'] });
    expect([unknown.code, unknown.errors]).toEqual([
      2,
      expect.stringContaining('no setting "prot". Did you mean "port"?'),
    ]);
    const wrong = await runCommand({ args: ['config', 'set', 'port', 'x'] });
    expect([wrong.code, wrong.errors]).toEqual([2, expect.stringContaining('port must be a whole number')]);
  });

  it('says when the environment hides what was kept', async () => {
    const { errors } = await runCommand({ args: ['config', 'set', 'port', '1'], env: { SERVER_PORT: '2' } });
    expect(errors).toContain('SERVER_PORT is set and counts first');
  });
});
