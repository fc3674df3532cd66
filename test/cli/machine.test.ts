import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { runCommand, temporaryFolder } from '../support/world.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

/** What doctor says of the files in a home folder. */
async function filesIn(home: string, platform: string): Promise<unknown> {
  const { url } = emulator;
  const urls = { KIRO_RUNTIME_URL: url, KIRO_MANAGEMENT_URL: url, KIRO_OIDC_URL: url, KIRO_AUTH_URL: url };
  const env = { ...urls, USERNAME: 'Zoë', KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
  const { output } = await runCommand({ args: ['doctor', '--json', '--port', '0'], env, home, platform });
  return (JSON.parse(output) as { topic: string }[]).filter(({ topic }) => topic === 'files');
}

describe('doctor says of the files', () => {
  it('on Windows no more than is known, and which command lets them be written', async () => {
    const usual = temporaryFolder();
    const folders = ['config', 'data', 'cache'].map(name => join(usual, name));
    expect(await filesIn(usual, 'win32')).toEqual([
      { state: 'fine', topic: 'files', text: `can be written: ${folders.join(', ')}` },
    ]);
    // Nothing can be written below a file, whoever asks.
    const home = temporaryFolder();
    writeFileSync(join(home, 'cache'), '');
    expect(await filesIn(home, 'win32')).toEqual([
      {
        state: 'broken',
        topic: 'files',
        text: `${join(home, 'cache')} cannot be written`,
        mend: `icacls "${join(home, 'cache')}" /grant "Zoë:(OI)(CI)F"`,
      },
    ]);
  });

  // The administrator may write everywhere.
  it.skipIf(process.getuid === undefined || process.getuid() === 0)(
    'of what cannot be made what stands in its way',
    async () => {
      const home = temporaryFolder();
      chmodSync(home, 0o555);
      const facts = await filesIn(home, 'linux');
      chmodSync(home, 0o755);
      expect(facts).toHaveLength(3);
      expect(facts).toContainEqual({
        state: 'broken',
        topic: 'files',
        text: `${join(home, 'config')} cannot be made: ${home} cannot be written`,
        mend: `sudo chown "$(id -un)" ${home}`,
      });
    },
  );

  it.skipIf(process.platform === 'win32')('elsewhere a command that takes any path', async () => {
    const home = join(temporaryFolder(), "it's mine");
    mkdirSync(join(home, 'config'), { recursive: true, mode: 0o755 });
    const file = join(home, 'config', 'config.toml');
    writeFileSync(file, '', { mode: 0o644 });
    expect(await filesIn(home, 'linux')).toEqual([
      {
        state: 'notable',
        topic: 'files',
        text: `others can read ${file}`,
        mend: `chmod go-rwx '${file.replace("'", "'\\''")}'`,
      },
    ]);
  });
});
