import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Environment, Screen, Signal, World } from '../../src/cli/world.ts';

export interface TestScreen extends Screen {
  text(): string;
}

export interface TestWorld extends World {
  readonly output: TestScreen;
  readonly errors: TestScreen;
  signal(signal: Signal): void;
  /** Pages that were opened in the browser. */
  readonly browsed: readonly string[];
  /** Codes that the program wanted to leave with at once. */
  readonly left: readonly number[];
}

export interface TestWorldOptions {
  readonly args?: readonly string[];
  readonly env?: Environment;
  readonly platform?: string;
  /** The name of the program that started this one. */
  readonly parent?: string;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly input?: string;
  readonly home?: string;
  /** What the keychain holds. */
  readonly secrets?: Map<string, string>;
}

/** A temporary folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-gw-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A machine of its own for one command: an empty home, a captured terminal, the given environment only. */
export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  const home = options.home ?? temporaryFolder();
  const listeners = new Set<(signal: Signal) => void>();
  const left: number[] = [];
  const browsed: string[] = [];
  const secrets = options.secrets ?? new Map<string, string>();
  return {
    args: options.args ?? [],
    env: options.env ?? {},
    platform: options.platform ?? 'linux',
    folders: { home, config: join(home, 'config'), cache: join(home, 'cache'), data: join(home, 'data') },
    build: { version: '1.2.3', commit: 'abc', runtimeVersion: '9.9.9', target: 'test-x64' },
    program: ['/opt/kiro-gw'],
    parent: () => options.parent,
    output: createScreen(options),
    errors: createScreen(options),
    input: { isTerminal: options.input === undefined, text: async () => options.input ?? '' },
    keychain: {
      get: async name => secrets.get(name) ?? null,
      set: async (name, value) => void secrets.set(name, value),
      delete: async name => void secrets.delete(name),
    },
    browse: async url => browsed.push(url) > 0,
    now: () => Date.now(),
    random: size => new Uint8Array(randomBytes(size)),
    onSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    raise(signal) {
      for (const listener of listeners) listener(signal);
    },
    suspend: resume => resume(),
    onFault: () => {},
    leave: code => void left.push(code),
    flush: async () => {},
    left,
    browsed,
    signal(signal) {
      for (const listener of listeners) listener(signal);
    },
  };
}

/** Runs one command line in a world of its own. */
export async function runCommand(options: TestWorldOptions) {
  const world = createTestWorld(options);
  const code = await main(world);
  return { code, output: world.output.text(), errors: world.errors.text(), world };
}

/** A screen that keeps what is written. */
export function createScreen({
  terminal = false,
  columns = terminal ? 80 : Number.POSITIVE_INFINITY,
}: Pick<TestWorldOptions, 'terminal' | 'columns'>): TestScreen {
  let written = '';
  return {
    isTerminal: terminal,
    columns,
    colours: false,
    write(text) {
      written += text;
    },
    text: () => written,
  };
}
