import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/exit.ts';
import type { Setting } from '../../src/cli/setting.ts';
import { keyOf, names, table } from '../../src/cli/settings.ts';
import { readSettings } from '../../src/cli/sources.ts';
import { createTestWorld } from '../support/world.ts';

function withFile(name: string, text: string, env: Record<string, string> = {}) {
  const world = createTestWorld({ env });
  mkdirSync(world.folders.config, { recursive: true });
  writeFileSync(join(world.folders.config, name), text);
  return world;
}

describe('the table of settings', () => {
  it('has defaults that its own readers accept', () => {
    const { settings } = readSettings({}, createTestWorld());
    for (const name of names) {
      const { fallback }: Setting = table[name];
      expect(settings[name] === undefined, name).toBe(fallback === undefined);
    }
  });

  it('has a different flag, variable and file name for every setting', () => {
    const all: readonly Setting[] = Object.values(table);
    const flags = all.flatMap(({ flag }) => (flag === undefined ? [] : [flag]));
    for (const list of [flags, all.map(({ env }) => env), names.map(keyOf)])
      expect(new Set(list).size).toBe(list.length);
  });

  it('has flags that commander stores under the name of their setting', () => {
    for (const [name, { flag }] of Object.entries(table) as [string, Setting][]) {
      if (flag === undefined) continue;
      const long = /--([a-z-]+)/.exec(flag)?.[1] ?? '';
      expect(long.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
    }
  });
});

describe('where a setting comes from', () => {
  it('takes a flag before the environment, that before the file, that before the default', () => {
    const world = withFile('config.toml', 'port = 1\nhost = "file"\nlog-level = "error"\n', {
      SERVER_PORT: '2',
      SERVER_HOST: 'environment',
    });
    const { settings, origins } = readSettings({ port: '3' }, world);
    expect([settings.port, settings.host, settings.logLevel, settings.maxRetries]).toEqual([
      3,
      'environment',
      'error',
      3,
    ]);
    expect([origins.port, origins.host, origins.maxRetries].map(({ from }) => from)).toEqual([
      '--port',
      'SERVER_HOST',
      'default',
    ]);
    expect(origins.logLevel.from).toBe(join(world.folders.config, 'config.toml'));
  });

  it('reads a JSON file with lists and objects', () => {
    const world = withFile(
      'config.json',
      '{"model-aliases":{"fast":"claude-haiku-4.5"},"cors-origins":["https://a.example"]}',
    );
    const { settings } = readSettings({}, world);
    expect(settings.modelAliases).toEqual({ fast: 'claude-haiku-4.5' });
    expect(settings.corsOrigins).toEqual(['https://a.example']);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({}, createTestWorld({ env: { SERVER_PORT: '' } })).settings.port).toBe(8000);
  });

  it('holds times in milliseconds', () => {
    const env = { BASE_RETRY_DELAY: '1.5', FIRST_TOKEN_TIMEOUT: '2m', HTTP_CONNECT_TIMEOUT: '200ms' };
    const { settings } = readSettings({}, createTestWorld({ env }));
    expect([settings.baseRetryDelay, settings.firstTokenTimeout, settings.connectTimeout]).toEqual([
      1500, 120_000, 200,
    ]);
  });
});

describe('a wrong setting', () => {
  const failure = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error('nothing was thrown');
  };

  it('is an error that names the flag', () => {
    expect(failure(() => readSettings({ port: '99999' }, createTestWorld()))).toBe(
      '--port must be a whole number from 0 to 65535 (it is "99999").',
    );
  });

  it('is an error that names the variable', () => {
    const env = { FAKE_REASONING: 'perhaps' };
    expect(failure(() => readSettings({}, createTestWorld({ env })))).toBe(
      'FAKE_REASONING must be true or false (it is "perhaps").',
    );
  });

  it('is an error that names the file and the setting', () => {
    const message = failure(() => readSettings({}, withFile('config.toml', 'max-retries = "many"')));
    expect(message).toMatch(/^max-retries in .*config\.toml must be a whole number/);
  });

  it('does not show a secret', () => {
    const message = failure(() => readSettings({}, createTestWorld({ env: { PROXY_API_KEYS: 'swordfish' } })));
    expect(message).toContain('PROXY_API_KEYS');
    expect(message).not.toContain('swordfish');
  });

  it('is found when its name is unknown, the file is broken, missing or there twice', () => {
    expect(failure(() => readSettings({}, withFile('config.toml', 'prot = 1')))).toContain('unknown setting "prot"');
    expect(failure(() => readSettings({}, withFile('config.toml', 'port = = 1')))).toContain('is not valid');
    expect(failure(() => readSettings({}, withFile('config.json', '[1]')))).toContain('must hold settings by name');
    expect(failure(() => readSettings({ config: '/nowhere/x.toml' }, createTestWorld()))).toContain('does not exist');
    const both = withFile('config.json', '{}');
    writeFileSync(join(both.folders.config, 'config.toml'), '');
    expect(failure(() => readSettings({}, both))).toContain('Keep one of them');
  });
});
