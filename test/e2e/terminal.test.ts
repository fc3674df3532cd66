import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { executable } from '../support/gateway.ts';
import { record } from '../terminal/record.ts';
import { type Session, type Variant, variants } from '../terminal/session.ts';
import { sessions } from '../terminal/sessions.ts';

let root: string;
let program: string;
let homes = 0;

// Paths are shown, and lines are broken by their length: it is one everywhere.
beforeAll(() => {
  root = mkdtempSync('/tmp/kgw-');
  program = join(root, 'bin', 'kiro-gw');
  mkdirSync(join(root, 'bin'));
  copyFileSync(executable, program);
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** A home whose path is as long as that of every other. */
function makeHome(): string {
  homes += 1;
  const home = join(root, `h${homes.toString(36).padStart(3, '0')}`);
  mkdirSync(join(home, '.config', 'kiro-gw'), { recursive: true, mode: 0o700 });
  return home;
}

/** A home in which all has happened that comes before a session; the variants begin with copies of it. */
async function prepare(session: Session, isConfigured: boolean, emulator: Emulator): Promise<string> {
  const home = makeHome();
  if (isConfigured) writeFileSync(join(home, '.config', 'kiro-gw', 'key'), `kgw-${'k'.repeat(32)}\n`, { mode: 0o600 });
  const unseen = { title: '', colours: false, isConfigured };
  for (const line of session.before ?? []) await record({ name: '', line }, unseen, { program, home, emulator });
  return home;
}

async function playEach(session: Session, fitting: readonly Variant[]): Promise<readonly string[]> {
  const emulator = await startEmulator({ pollInterval: 0.2 });
  try {
    const [signedIn, signedOut] = await Promise.all([true, false].map(is => prepare(session, is, emulator)));
    const stages = fitting.map(variant => {
      const home = makeHome();
      cpSync((variant.isConfigured ? signedIn : signedOut) ?? '', home, { recursive: true });
      if (variant.isConfigured) session.service?.(emulator);
      return { variant, stage: { program, home, emulator } };
    });
    return await Promise.all(stages.map(({ variant, stage }) => record(session, variant, stage)));
  } finally {
    await emulator.close();
  }
}

// What is as it was before another screen is not written twice.
async function playAll(session: Session): Promise<string> {
  const fitting = variants.filter(({ columns, isUsual }) => {
    const isThere = session.only === undefined || (session.only === 'pipe') === (columns === undefined);
    return isThere && (!session.isWrong || isUsual);
  });
  const shown = await playEach(session, fitting);
  const parts = fitting.map(({ title }, at) => {
    const same = shown.indexOf(shown[at] ?? '');
    return `##### ${title}\n${same < at ? `As in: ${fitting[same]?.title}\n` : shown[at]}`;
  });
  const env = Object.entries(session.env ?? {}).map(([name, value]) => `${name}=${value} `);
  return `$ ${env.join('')}${session.line}\n\n${parts.join('\n')}`;
}

describe.runIf(process.platform === 'linux')('what a person sees', () => {
  it.each(sessions)('of $name (npm run record:terminal writes it anew)', async session => {
    await expect(await playAll(session)).toMatchFileSnapshot(`../golden/terminal/${session.name}.txt`);
  });

  it('is recorded for these sessions and no others', () => {
    const folder = join(import.meta.dirname, '../golden/terminal');
    expect(readdirSync(folder).sort()).toEqual(sessions.map(({ name }) => `${name}.txt`).sort());
  });
});
