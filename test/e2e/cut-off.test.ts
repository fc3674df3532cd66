import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createKiroCli } from '../../src/kiro/auth/sources/kiro-cli.ts';
import { programPath, startProgram } from '../kiro/auth/support/program.ts';
import { useMachine } from '../kiro/auth/support/use-machine.ts';

const { machine, signIns } = useMachine();

describe('a write-back that is cut off', () => {
  // So much that writing it takes time, and not so much that no sign-in could be like it.
  const padding = 'x'.repeat(500_000);
  const places = {
    ide: {
      write: (): string => signIns.ide(60, { accessToken: 'a-0', refreshToken: 'r-0', padding }),
      read: (path: string): unknown => {
        const { accessToken, refreshToken, padding } = machine.readJson(path);
        return [String(accessToken).slice(2), String(refreshToken).slice(2), String(padding).length];
      },
      isWriting: (path: string): boolean => leftovers(path).length > 0 || sizeOf(path) < padding.length,
    },
    database: {
      write: (): string => signIns.cli(60, { access_token: 'a-0', refresh_token: 'r-0', padding }),
      async read(): Promise<unknown> {
        const source = createKiroCli({ home: machine.home, platform: 'linux', env: {} })[1];
        const credential = await source?.read();
        const { padding } = machine.readRow(signIns.cliPath, 'kirocli:social:token');
        return [credential?.accessToken?.slice(2), credential?.refreshToken?.slice(2), String(padding).length];
      },
      isWriting: (path: string): boolean => sizeOf(`${path}-journal`) > 0,
    },
  };
  const leftovers = (path: string): readonly string[] =>
    readdirSync(dirname(path)).filter(name => name.endsWith('.tmp'));
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

  /** Reads what is there; gives the name of the renewal that it holds. */
  async function readWhole(place: keyof typeof places, path: string): Promise<string> {
    const [access, refresh, length] = (await places[place].read(path)) as [string, string, number];
    expect([access, length]).toEqual([refresh, padding.length]);
    return access;
  }

  it.each(['ide', 'database'] as const)('by kill -9 leaves the old or the new sign-in, whole (%s)', async place => {
    const { write, isWriting } = places[place];
    const path = write();
    const seen = new Set<string>();
    for (let round = 0; round < 9; round += 1) {
      const program = startProgram('rewriter.ts', machine.home, place);
      const ended = once(program, 'close');
      for (let count = round % 4; count >= 0; count -= 1) await Promise.race([once(program.stdout, 'data'), ended]);
      await sleep(Math.random() * 10);
      // Two times of three in the middle of a write, seen by what it has written so far.
      const limit = performance.now() + 1000;
      while (round % 3 > 0 && !isWriting(path) && performance.now() < limit);
      program.kill('SIGKILL');
      const [, signal] = await ended;
      expect(signal).toBe('SIGKILL');
      seen.add(await readWhole(place, path));
      for (const name of leftovers(path)) rmSync(join(dirname(path), name));
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  it.skipIf(process.platform === 'win32').each(['ide', 'database'] as const)(
    'because there is no more room leaves the old sign-in, whole (%s)',
    async place => {
      const path = places[place].write();
      for (const kilobytes of [1, 200, 400]) {
        const program = spawn(
          'sh',
          [
            '-c',
            `ulimit -f ${kilobytes * 2} && exec "$@"`,
            'sh',
            process.execPath,
            programPath('rewriter.ts'),
            machine.home,
            place,
          ],
          { stdio: ['ignore', 'pipe', 'ignore'] },
        );
        const [code] = await once(program, 'close');
        expect(code).not.toBe(0);
        expect(await readWhole(place, path)).toBe('0');
      }
    },
  );
});
