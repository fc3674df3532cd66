import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, runExecutable } from './gateway.ts';
import { startTerminal, type Terminal } from './terminal.ts';

/** A person's machine, with the service beside it. */
export interface Desk {
  readonly emulator: Emulator;
  readonly home: string;
  /** The program's own folder. */
  readonly own: string;
  sit(...args: readonly string[]): Terminal;
  run(args: readonly string[], input?: string): ReturnType<typeof runExecutable>;
  /** The page that was opened in the browser. */
  opened(): Promise<string>;
  accounts(): { active?: string; accounts: Record<string, Record<string, unknown>> } | undefined;
}

type Finish = typeof onTestFinished;

/** A machine with an empty home, a screen and a browser that only notes what it was to open. */
export async function createDesk(finish: Finish, options: EmulatorOptions = {}): Promise<Desk> {
  const emulator = await startEmulator({ pollInterval: 0.2, ...options });
  const folder = emptyFolder();
  finish(async () => {
    await emulator.close();
    folder.remove();
  });
  const home = folder.path;
  const programs = join(home, 'programs');
  const note = join(home, 'opened');
  mkdirSync(programs);
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(programs, name), `#!/bin/sh\nprintf %s "$1" > '${note}.new' && mv '${note}.new' '${note}'\n`);
    chmodSync(join(programs, name), 0o755);
  }
  const plain = environment(home, emulator);
  const own = join(home, 'own');
  const there = { PATH: `${programs}:${plain['PATH']}`, DISPLAY: ':0', KIRO_GW_HOME: own, KIRO_IDP_HOSTS: '127.0.0.1' };
  const env = { ...plain, ...there };
  const file = join(own, 'accounts.json');
  return {
    emulator,
    home,
    own,
    sit: (...args) => startTerminal(args, { home, env }),
    run: (args, input = '') => runExecutable(args, { home, env, input }),
    async opened() {
      for (let attempt = 0; !existsSync(note) && attempt < 2000; attempt += 1) await sleep(20);
      return readFileSync(note, 'utf8');
    },
    accounts: () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined),
  };
}
