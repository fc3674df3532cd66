import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createIde } from '../../../../src/kiro/auth/sources/ide.ts';
import { isReplaceable, replaceFile } from '../../../../src/kiro/auth/sources/json-file.ts';
import { createKiroCli } from '../../../../src/kiro/auth/sources/kiro-cli.ts';
import type { Source } from '../../../../src/kiro/auth/sources/source.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';
import { useMachine } from '../support/use-machine.ts';

const { machine, signIns } = useMachine();

const renewed = { accessToken: 'a2', refreshToken: 'r2', expiresAt: 2e12, lifetime: 1 };
const other: Credential = { kind: 'social', refreshToken: 'another' };
const places: [string, () => Source | undefined, () => unknown][] = [
  [
    'a file',
    () => {
      signIns.ide(60);
      return createIde({ ...machine, platform: 'linux', env: {} });
    },
    () => readFileSync(signIns.idePath, 'utf8'),
  ],
  [
    'a database',
    () => {
      signIns.cli(60);
      return createKiroCli({ ...machine, platform: 'linux', env: {} })[1];
    },
    () => machine.readRow(signIns.cliPath, 'kirocli:social:token'),
  ],
];

describe.each(places)('writing a renewal back to %s', (_, make, look) => {
  it('happens only while the used refresh token is still there', async () => {
    const source = make();
    const before = look();
    expect(await source?.write(other, renewed)).toBe('overtaken');
    expect(look()).toEqual(before);
    const used = await source?.read();
    expect(used && (await source?.write(used, renewed))).toBe('written');
    expect(await source?.read()).toMatchObject({ accessToken: 'a2', refreshToken: 'r2', expiresAt: 2e12 });
    expect(used && (await source?.write(used, renewed))).toBe('overtaken');
  });

  it('keeps the refresh token where the service gave no new one', async () => {
    const source = make();
    const used = await source?.read();
    expect(used && (await source?.write(used, { ...renewed, refreshToken: undefined }))).toBe('written');
    expect(await source?.read()).toMatchObject({ accessToken: 'a2', refreshToken: used?.refreshToken });
  });
});

describe('replacing a file', () => {
  it('refuses when it is not the file that was read', async () => {
    const path = machine.json(machine.at('f'), 'old');
    expect(await replaceFile(path, 'older', 'new')).toBe('overtaken');
    expect(await replaceFile(path, undefined, 'new')).toBe('overtaken');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(await replaceFile(path, 'old', 'new')).toBe('written');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(machine.home)).toEqual(['f']);
  });

  it('makes a new one that only its owner can read', async () => {
    expect(await replaceFile(machine.at('f'), undefined, 'new')).toBe('written');
    expect(statSync(machine.at('f')).mode & 0o777).toBe(0o600);
  });

  it('goes through a link to the file it stands for', async () => {
    mkdirSync(machine.at('real'));
    machine.json(machine.at('real', 'f'), 'old');
    symlinkSync(machine.at('real', 'f'), machine.at('link'));
    expect(await replaceFile(machine.at('link'), 'old', 'new')).toBe('written');
    expect(lstatSync(machine.at('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(machine.at('real', 'f'), 'utf8')).toBe('new');
  });

  it('removes what a killed program left, but not what another is writing', async () => {
    const path = machine.json(machine.at('f'), 'old');
    const left = machine.json(machine.at('f.kiro-gw-abc.tmp'), 'secret');
    const young = machine.json(machine.at('f.kiro-gw-def.tmp'), 'secret');
    const foreign = machine.json(machine.at('f.other.tmp'), 'x');
    for (const old of [left, foreign]) utimesSync(old, 1e9, 1e9);
    await replaceFile(path, 'old', 'new');
    expect([left, young, foreign].map(existsSync)).toEqual([false, true, true]);
  });

  it('cannot work where there is no folder, and knows', async () => {
    expect(await replaceFile(machine.at('none', 'f'), undefined, 'new')).toBe('refused');
    expect(await isReplaceable(machine.at('none', 'f'))).toBe(false);
    expect(await isReplaceable(machine.json(machine.at('f'), 'x'))).toBe(true);
  });

  it('keeps the indentation of the file', async () => {
    machine.json(signIns.idePath, JSON.stringify({ refreshToken: 'r', authMethod: 'social' }, null, '\t'));
    const source = createIde({ ...machine, platform: 'linux', env: {} });
    const used = await source.read();
    if (used !== undefined) await source.write(used, renewed);
    expect(readFileSync(signIns.idePath, 'utf8')).toMatch(/^\{\n\t"refreshToken": "r2",\n\t"authMethod"/);
  });
});
