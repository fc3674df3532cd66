import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../../src/kiro/auth/sources/lock.ts';
import { readDatabase } from '../../../../src/kiro/auth/sources/sqlite.ts';
import { useEmulator } from '../../../support/emulator.ts';
import { useMachine } from '../support/use-machine.ts';

const emulator = useEmulator();
const { machine, signIns } = useMachine(emulator);

const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

describe('a database that its owner is using', () => {
  it('is read and written while it has a write-ahead log', async () => {
    signIns.cli(-5, { refresh_token: emulator.credentials.social({ lifetime: 0 }).refreshToken });
    const owner = new Database(signIns.cliPath);
    owner.pragma('journal_mode = WAL');
    owner.prepare('INSERT INTO auth_kv VALUES (?, ?)').run('another', 'kept');
    expect(existsSync(`${signIns.cliPath}-wal`)).toBe(true);
    const { accessToken } = await machine.auth().login();
    const row = owner.prepare('SELECT value FROM auth_kv WHERE key = ?').get('kirocli:social:token') as {
      value: string;
    };
    expect(JSON.parse(row.value).access_token).toBe(accessToken);
    expect(owner.prepare('SELECT value FROM auth_kv WHERE key = ?').get('another')).toEqual({ value: 'kept' });
    owner.close();
  });

  it('is waited for while the owner writes, without stopping the world', async () => {
    signIns.cli(60);
    const owner = new Database(signIns.cliPath);
    owner.exec('BEGIN EXCLUSIVE');
    let isThere = false;
    const login = machine
      .auth()
      .login()
      .finally(() => {
        isThere = true;
      });
    let longest = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      const began = performance.now();
      await sleep(10);
      longest = Math.max(longest, performance.now() - began);
    }
    expect(isThere).toBe(false);
    // SQLite's own way to wait stops everything for five seconds.
    expect(longest).toBeLessThan(4000);
    owner.exec('COMMIT');
    expect((await login).accessToken).toBe('access-of-cli');
    owner.close();
  });

  it('is read from a copy of it and of its log where its folder cannot be written', async () => {
    signIns.cli(60);
    const owner = new Database(signIns.cliPath);
    owner.pragma('journal_mode = WAL');
    owner.prepare('UPDATE auth_kv SET value = ?').run('only in the log');
    // Stands in the way of the third file that a reader of such a log has to make.
    const path = machine.at('copied.sqlite3');
    mkdirSync(`${path}-shm`);
    copyFileSync(signIns.cliPath, path);
    copyFileSync(`${signIns.cliPath}-wal`, `${path}-wal`);
    owner.close();
    const before = readdirSync(machine.home);
    const read = readDatabase(path, database => database.prepare('SELECT value FROM auth_kv').all());
    expect(await read).toEqual([{ value: 'only in the log' }]);
    expect(readdirSync(machine.home)).toEqual(before);
  });
});

describe('a lock', () => {
  it('lets one in at a time, and the next when it is done or has failed', async () => {
    let inside = 0;
    let most = 0;
    const work = async (fail: boolean): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
      if (fail) throw new Error('failed');
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => withLock(machine.configDir, 'same', () => work(index === 2))),
    );
    expect(most).toBe(1);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  it('keeps different things apart', async () => {
    await withLock(machine.configDir, 'one', () => withLock(machine.configDir, 'other', async () => undefined));
  });

  it('is done without where none can be had, which is said', async () => {
    const file = machine.json(machine.at('a-file'), 'x');
    const reasons: string[] = [];
    expect(
      await withLock(
        file,
        'x',
        async () => 'done',
        reason => reasons.push(reason),
      ),
    ).toBe('done');
    expect(reasons).toHaveLength(1);
  });
});
