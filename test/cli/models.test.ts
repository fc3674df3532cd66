import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder } from '../support/gateway.ts';
import { runCommand } from '../support/world.ts';

let folder: ReturnType<typeof emptyFolder>;

beforeEach(() => {
  folder = emptyFolder();
});
afterEach(() => folder.remove());

describe('kiro-gw models without a usable sign-in', () => {
  it.each([
    ['nobody is signed in', {}, /^error: No Kiro sign-in was found.* Run kiro-gw login/],
    [
      'a file is missing',
      { KIRO_CREDS_FILE: 'gone.json' },
      /^error: KIRO_CREDS_FILE .*does not exist.*\nfile: \S*gone\.json\n/,
    ],
    [
      'a file is broken',
      { KIRO_CREDS_FILE: 'broken.json' },
      /^error: KIRO_CREDS_FILE .*JSON.*\nfile: \S*broken\.json\n/,
    ],
    ['a database is missing', { KIRO_CLI_DB_FILE: 'gone.db' }, /^error: KIRO_CLI_DB_FILE .*does not exist/],
    ['a database is none', { KIRO_CLI_DB_FILE: 'broken.json' }, /^error: KIRO_CLI_DB_FILE .*not an SQLite database/],
  ])('gives the built-in list, and says so when %s', async (_, named, said) => {
    writeFileSync(join(folder.path, 'broken.json'), '{"accessToken":');
    const env = Object.fromEntries(Object.entries(named).map(([name, file]) => [name, join(folder.path, file)]));
    const { code, output, errors } = await runCommand({ args: ['models'], home: folder.path, env });
    expect([code, output]).toEqual([0, expect.stringContaining('claude-sonnet-4.5')]);
    expect(errors).toMatch(said);
    expect(errors).toContain('built-in list');
  });

  it('says that nobody is signed in also where there is a list of before', async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const service = { KIRO_MANAGEMENT_URL: emulator.url };
    const KIRO_API_KEY = emulator.credentials.apiKey().accessToken;
    const args = ['models', 'haiku'];
    expect((await runCommand({ args, home: folder.path, env: { ...service, KIRO_API_KEY } })).code).toBe(0);
    const nobody = await runCommand({ args, home: folder.path, env: service });
    expect([nobody.code, nobody.output]).toEqual([0, expect.stringContaining('claude-haiku-4.5')]);
    expect(nobody.errors).toMatch(/^error: No Kiro sign-in was found.*\n\nAs the service listed them just now/);
    const other = await runCommand({ args: [...args, '--account', 'nobody'], home: folder.path, env: service });
    expect(other.errors).toContain('There is no account "nobody"');
  });
});
