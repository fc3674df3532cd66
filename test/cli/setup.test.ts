import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type ClientName, clientNames } from '../../src/cli/clients/index.ts';
import { runCommand as runIn, temporaryFolder } from '../support/world.ts';

const key = 'kgw-a-key-for-the-tests-0123456789';

/** Nothing outside is asked: the built-in list of models has to do. */
const runCommand = (home: string, args: readonly string[], env: Record<string, string> = {}) =>
  runIn({ args, home, env: { KIRO_MANAGEMENT_URL: 'http://127.0.0.1:1', MAX_RETRIES: '0', ...env } });

function homeWithKey(): string {
  const home = temporaryFolder();
  put(join(home, 'config', 'key'), `${key}\n`);
  return home;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Every file below a folder with its content. */
function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter(name => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map(name => [name, readFileSync(join(folder, name), 'base64')]));
}

/** A file that people could have, with what they would not want to lose. */
const existing: Readonly<Record<Exclude<ClientName, 'copilot'>, readonly [path: string, text: string]>> = {
  'claude-code': ['.claude/settings.json', '{\n\t"env": {"FOO": "1"},\n\t"permissions": {"allow": ["Bash"]}\n}'],
  codex: [
    '.codex/config.toml',
    '# my own\r\nmodel = "gpt-5" # the usual one\r\napproval_policy = "never"\r\n\r\n[projects."/a b"]\r\ntrust_level = "trusted"\r\n',
  ],
  opencode: ['.config/opencode/opencode.jsonc', '{\n  // colours\n  "theme": "night",\n  "provider": {"x": {}},\n}\n'],
  'qwen-code': [
    '.qwen/settings.json',
    '{"modelProviders": {"openai": [{"id": "qwen3", "envKey": "DASHSCOPE_API_KEY"}]}, "$version": 4}\n',
  ],
  crush: ['.config/crush/crush.json', '{ "lsp": { "go": { "command": "gopls" } } }'],
  cline: [
    '.cline/data/settings/providers.json',
    '{"version":1,"providers":{"cline":{"settings":{"provider":"cline"}}}}',
  ],
  continue: [
    '.continue/config.yaml',
    '# my own\nname: Mine\nversion: 2.0.0\nschema: v1\nmodels:\n  # the best\n  - name: A\n    provider: ollama\n    model: a\n',
  ],
  zed: [
    '.config/zed/settings.json',
    '// Zed settings\n{\n  "theme": "One Dark",\n  "agent": { "enabled": true }, // yes\n}\n',
  ],
  aider: ['.aider.conf.yml', '# aider\nauto-commits: false # never\nread: [A.md]\n'],
};
const written = clientNames.filter((name): name is Exclude<ClientName, 'copilot'> => name !== 'copilot');

describe.each(written)('setup of %s', name => {
  const [path, text] = existing[name];

  it('only prints unless told to write', async () => {
    const home = homeWithKey();
    put(join(home, path), text);
    const before = snapshot(home);
    const { code, output } = await runCommand(home, ['setup', name, '--model', 'sonnet-4.5']);
    expect([code, output]).toEqual([0, expect.stringContaining('127.0.0.1:8000')]);
    expect(output).toContain('claude-sonnet-4.5');
    expect(Object.keys(snapshot(home)).filter(file => !file.startsWith('cache'))).toEqual(Object.keys(before));
  });

  it('joins what is there and gives it back to the byte', async () => {
    const home = homeWithKey();
    put(join(home, path), text);
    const before = snapshot(home);
    expect((await runCommand(home, ['setup', name, '--write'])).code).toBe(0);
    const after = readFileSync(join(home, path), 'utf8');
    expect(after).not.toBe(text);
    for (const comment of text.match(/(#|\/\/) [a-z ]+/gi) ?? []) expect(after).toContain(comment);
    expect(readFileSync(`${join(home, path)}.before-kiro-gw`, 'utf8')).toBe(text);
    // Once more changes nothing, and keeps the way back.
    expect((await runCommand(home, ['setup', name, '--write'])).code).toBe(0);
    expect(readFileSync(join(home, path), 'utf8')).toBe(after);
    expect((await runCommand(home, ['setup', name, '--undo'])).code).toBe(0);
    expect(snapshot(home)).toEqual(before);
    expect((await runCommand(home, ['setup', name, '--undo'])).code).toBe(2);
  });

  it('makes what is not there and removes it again', async () => {
    const home = homeWithKey();
    const before = snapshot(home);
    await runCommand(home, ['setup', name, '--write']);
    expect(existsSync(join(home, name === 'opencode' ? '.config/opencode/opencode.json' : path))).toBe(true);
    await runCommand(home, ['setup', name, '--undo']);
    expect(snapshot(home)).toEqual(before);
  });

  it('keeps the key out of it, or the file to its owner', async () => {
    const home = homeWithKey();
    const before = new Set(Object.keys(snapshot(home)));
    await runCommand(home, ['setup', name, '--write']);
    const made = Object.entries(snapshot(home)).filter(([file]) => !before.has(file));
    for (const [file, bytes] of made) {
      const hasKey = Buffer.from(bytes, 'base64').includes(key);
      expect(hasKey).toBe(name === 'cline' && file.endsWith('providers.json'));
      if (hasKey) expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('leaves a file alone that it cannot read', async () => {
    const home = homeWithKey();
    put(join(home, path), `${text}}}{ [ : x`);
    const before = snapshot(home);
    const { code, errors } = await runCommand(home, ['setup', name, '--write']);
    expect([code, errors]).toEqual([2, expect.stringContaining('cannot be edited safely')]);
    expect(snapshot(home)).toEqual(before);
  });
});

describe('setup', () => {
  it('keeps what was changed after it when it is undone', async () => {
    const home = homeWithKey();
    const file = join(home, '.codex/config.toml');
    put(file, 'model = "gpt-5"\n');
    await runCommand(home, ['setup', 'codex', '--write']);
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n[projects."/new"]\ntrust_level = "trusted"\n`);
    const { output } = await runCommand(home, ['setup', 'codex', '--undo']);
    expect(output).toContain('taken out of');
    expect(Bun.TOML.parse(readFileSync(file, 'utf8'))).toEqual({
      model: 'gpt-5',
      projects: { '/new': { trust_level: 'trusted' } },
    });
    expect(existsSync(`${file}.before-kiro-gw`)).toBe(false);
  });

  it('writes through a link and leaves it one', async () => {
    const home = homeWithKey();
    put(join(home, 'dotfiles/settings.json'), '{}');
    mkdirSync(join(home, '.claude'));
    symlinkSync(join(home, 'dotfiles/settings.json'), join(home, '.claude/settings.json'));
    await runCommand(home, ['setup', 'claude-code', '--write']);
    expect(lstatSync(join(home, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(home, 'dotfiles/settings.json'), 'utf8')).toContain('ANTHROPIC_BASE_URL');
  });

  it('moves its part to another address at the second time', async () => {
    const home = homeWithKey();
    put(join(home, '.qwen/settings.json'), existing['qwen-code'][1]);
    await runCommand(home, ['setup', 'qwen-code', '--write']);
    await runCommand(home, ['setup', 'qwen-code', '--write', '--port', '9999']);
    const settings = parseJsonc(readFileSync(join(home, '.qwen/settings.json'), 'utf8')) as {
      modelProviders: { openai: { id: string; baseUrl?: string }[] };
    };
    const [theirs, ...ours] = settings.modelProviders.openai;
    expect(theirs).toEqual({ id: 'qwen3', envKey: 'DASHSCOPE_API_KEY' });
    expect(ours.length).toBeGreaterThan(3);
    expect(new Set(ours.map(({ baseUrl }) => baseUrl))).toEqual(new Set(['http://127.0.0.1:9999/v1']));
  });

  it('names the command that gives the key, as Claude Code and Codex will run it', async () => {
    const home = homeWithKey();
    await runCommand(home, ['setup', 'claude-code', '--write']);
    await runCommand(home, ['setup', 'codex', '--write']);
    const settings = JSON.parse(readFileSync(join(home, '.claude/settings.json'), 'utf8')) as { apiKeyHelper: string };
    expect(settings.apiKeyHelper).toBe('/opt/kiro-gw key');
    const config = Bun.TOML.parse(readFileSync(join(home, '.codex/config.toml'), 'utf8'));
    expect(config).toMatchObject({
      model_provider: 'kiro-gw',
      model_providers: {
        'kiro-gw': { wire_api: 'responses', auth: { command: '/opt/kiro-gw', args: ['key'] } },
      },
    });
    expect((await runCommand(home, ['key'])).output).toBe(`${key}\n`);
  });

  it('puts the key into the file when asked to, for its owner alone', async () => {
    const home = homeWithKey();
    put(join(home, '.continue/config.yaml'), existing.continue[1]);
    await runCommand(home, ['setup', 'continue', '--write', '--with-key']);
    const file = join(home, '.continue/config.yaml');
    const { models } = parseYaml(readFileSync(file, 'utf8')) as { models: { name: string; apiKey?: string }[] };
    expect(models[0]?.name).toBe('A');
    expect(new Set(models.slice(1).map(({ apiKey }) => apiKey))).toEqual(new Set([key]));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await runCommand(home, ['setup', 'continue', '--undo']);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('prints lines for Copilot that a shell takes, and writes nothing', async () => {
    const home = homeWithKey();
    const { output } = await runCommand(home, ['setup', 'copilot', '--model', 'sonnet-4.5']);
    const lines = output.replaceAll('/opt/kiro-gw', 'echo the').replace('"$(echo the key)"', '"$(echo the-key)"');
    const seen = execFileSync('sh', { input: `${lines}\nenv | grep ^COPILOT`, encoding: 'utf8' });
    expect(seen).toContain('COPILOT_MODEL=claude-sonnet-4.5');
    expect(seen).toContain('COPILOT_PROVIDER_API_KEY=the-key');
    expect((await runCommand(home, ['setup', 'copilot', '--write'])).code).toBe(2);
  });

  it('does not put an older configuration of Continue out of force', async () => {
    const home = homeWithKey();
    put(join(home, '.continue/config.json'), '{"models": []}');
    const { code, errors } = await runCommand(home, ['setup', 'continue', '--write']);
    expect([code, errors]).toEqual([2, expect.stringContaining('config.json')]);
  });

  it('lists the clients and which are set up', async () => {
    const home = homeWithKey();
    await runCommand(home, ['setup', 'crush', '--write']);
    const { output } = await runCommand(home, ['setup']);
    expect(output).toMatch(/^crush .*set up$/m);
    expect(output).toMatch(/^zed +Zed$/m);
  });

  it('knows neither every client nor every model', async () => {
    const home = homeWithKey();
    expect((await runCommand(home, ['setup', 'emacs'])).errors).toContain('claude-code, codex');
    expect((await runCommand(home, ['setup', 'codex', '--model', 'none-such'])).errors).toContain('kiro-gw models');
  });
});
