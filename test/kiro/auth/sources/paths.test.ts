import { describe, expect, it } from 'vitest';
import { createIde } from '../../../../src/kiro/auth/sources/ide.ts';
import { createAmazonQ, createKiroCli } from '../../../../src/kiro/auth/sources/kiro-cli.ts';
import { expandHome } from '../../../../src/kiro/auth/sources/paths.ts';
import type { Machine, Source } from '../../../../src/kiro/auth/sources/source.ts';

const linux: Machine = { platform: 'linux', home: '/home/me', env: {} };
const mac: Machine = { platform: 'darwin', home: '/Users/me', env: {} };
const windows: Machine = {
  platform: 'win32',
  home: 'C:\\Users\\me',
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' },
};
const paths = (sources: readonly Source[]): unknown[] => [...new Set(sources.map(({ path }) => path))];

describe('where the programs keep their sign-ins', () => {
  it('knows the files of the Kiro IDE on every platform', () => {
    expect(createIde(linux).watched).toEqual([
      '/home/me/.aws/sso/cache/kiro-auth-token.json',
      '/home/me/.config/Kiro/User/globalStorage/kiro.kiroagent/profile.json',
    ]);
    expect(createIde(mac).watched).toEqual([
      '/Users/me/.aws/sso/cache/kiro-auth-token.json',
      '/Users/me/Library/Application Support/Kiro/User/globalStorage/kiro.kiroagent/profile.json',
    ]);
    expect(createIde(windows).watched).toEqual([
      'C:\\Users\\me\\.aws\\sso\\cache\\kiro-auth-token.json',
      'C:\\Users\\me\\AppData\\Roaming\\Kiro\\User\\globalStorage\\kiro.kiroagent\\profile.json',
    ]);
  });

  it('knows the files of kiro-cli on every platform', () => {
    expect(paths(createKiroCli(linux))).toEqual([
      '/home/me/.aws/sso/cache/kiro-auth-token-cli.json',
      '/home/me/.local/share/kiro-cli/data.sqlite3',
    ]);
    expect(paths(createKiroCli(mac))).toEqual([
      '/Users/me/.aws/sso/cache/kiro-auth-token-cli.json',
      '/Users/me/Library/Application Support/kiro-cli/data.sqlite3',
    ]);
    expect(paths(createKiroCli(windows))).toEqual([
      'C:\\Users\\me\\.aws\\sso\\cache\\kiro-auth-token-cli.json',
      'C:\\Users\\me\\AppData\\Local\\Kiro-Cli\\data.sqlite3',
      'C:\\Users\\me\\AppData\\Roaming\\kiro-cli\\data.sqlite3',
    ]);
  });

  it('knows the files of the Amazon Q command line on every platform', () => {
    expect(paths(createAmazonQ(linux))).toEqual(['/home/me/.local/share/amazon-q/data.sqlite3']);
    expect(paths(createAmazonQ(mac))).toEqual(['/Users/me/Library/Application Support/amazon-q/data.sqlite3']);
    expect(paths(createAmazonQ(windows))[0]).toBe('C:\\Users\\me\\AppData\\Local\\amazon-q\\data.sqlite3');
  });

  it('follows the XDG folders first, and does without the Windows variables', () => {
    const moved: Machine = { ...linux, env: { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: '/config' } };
    expect(paths(createAmazonQ(moved))).toEqual([
      '/data/amazon-q/data.sqlite3',
      '/home/me/.local/share/amazon-q/data.sqlite3',
    ]);
    expect(createIde(moved).watched[1]).toBe('/config/Kiro/User/globalStorage/kiro.kiroagent/profile.json');
    const bare: Machine = { ...windows, env: {} };
    expect(paths(createKiroCli(bare))).toContain('C:\\Users\\me\\AppData\\Local\\Kiro-Cli\\data.sqlite3');
  });

  it('expands a leading tilde, and only that', () => {
    expect(expandHome(linux, '~/creds.json')).toBe('/home/me/creds.json');
    expect(expandHome(windows, '~\\creds.json')).toBe('C:\\Users\\me\\creds.json');
    expect(expandHome(linux, '/x/~/y')).toBe('/x/~/y');
    expect(expandHome(linux, '~other/y')).toBe('~other/y');
  });
});
