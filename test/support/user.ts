import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, type Finished, runExecutable } from './gateway.ts';
import { startTerminal, type Terminal } from './terminal.ts';

/** Somebody with a sign-in and an otherwise empty home. */
export interface User {
  readonly emulator: Emulator;
  readonly home: string;
  /** May be changed by a test. */
  readonly env: Record<string, string>;
  /** Runs one command of the executable to its end; nobody sits there. */
  run(...args: readonly string[]): Promise<Finished>;
  /** The same with something on standard input. */
  pipe(input: string, ...args: readonly string[]): Promise<Finished>;
  /** Runs it on a terminal. */
  sit(...args: readonly string[]): Terminal;
  /** The last question that reached the service, as JSON. */
  asked(): string | undefined;
}

/** A user for the tests of this file, anew for each; every request of theirs was one that the service takes. */
export function useUser(): User {
  let emulator: Emulator;
  let folder: ReturnType<typeof emptyFolder>;
  let env: Record<string, string>;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  beforeEach(() => {
    folder = emptyFolder();
    env = { ...environment(folder.path, emulator), KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
  });
  afterEach(() => {
    expect(emulator.violations).toEqual([]);
    emulator.reset();
    folder.remove();
  });
  afterAll(() => emulator.close());

  return {
    get emulator() {
      return emulator;
    },
    get home() {
      return folder.path;
    },
    get env() {
      return env;
    },
    run: (...args) => runExecutable(args, { home: folder.path, env }),
    pipe: (input, ...args) => runExecutable(args, { home: folder.path, env, input }),
    sit: (...args) => startTerminal(args, { home: folder.path, env }),
    asked: () => JSON.stringify(emulator.requests.findLast(({ operation }) => operation === generate)?.body),
  };
}

const generate = 'GenerateAssistantResponse';
