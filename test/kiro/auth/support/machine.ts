import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Log } from '../../../../src/core/log.ts';
import { type Auth, type AuthOptions, createAuth } from '../../../../src/kiro/auth/auth.ts';
import { createTransport } from '../../../../src/kiro/transport.ts';

export const arn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/EMULATOR0001';

/** A user's home with nothing in it, and what is logged on the way. */
export interface TestMachine {
  readonly home: string;
  readonly configDir: string;
  readonly lines: string[];
  /** A path inside the home. */
  at(...parts: string[]): string;
  json(path: string, content: unknown): string;
  readJson(path: string): Record<string, unknown>;
  sqlite(path: string, rows: Record<string, unknown>, state?: Record<string, unknown>): string;
  readRow(path: string, key: string): Record<string, unknown>;
  auth(options?: Partial<AuthOptions>): Auth;
  options(options?: Partial<AuthOptions>): AuthOptions;
  remove(): Promise<void>;
}

export function createMachine(url = 'http://127.0.0.1:9'): TestMachine {
  const home = mkdtempSync(join(tmpdir(), 'kiro-gw-test-'));
  const configDir = join(home, '.config', 'kiro-gw');
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const transport = createTransport({});
  const opened: Auth[] = [];
  const make = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  const machine: TestMachine = {
    home,
    configDir,
    lines,
    at: (...parts) => join(home, ...parts),
    json(path, content) {
      writeFileSync(make(path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
      return path;
    },
    readJson: path => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>,
    sqlite(path, rows, state = {}) {
      const database = new Database(make(path));
      // Nothing that has to outlive a power cut.
      database.pragma('synchronous = OFF');
      database.exec('CREATE TABLE IF NOT EXISTS auth_kv (key TEXT PRIMARY KEY, value TEXT)');
      database.exec('CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB)');
      for (const [table, values] of Object.entries({ auth_kv: rows, state })) {
        const insert = database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`);
        for (const [key, value] of Object.entries(values)) {
          const text = typeof value === 'string' ? value : JSON.stringify(value);
          insert.run(key, table === 'state' ? Buffer.from(text) : text);
        }
      }
      database.close();
      return path;
    },
    readRow(path, key) {
      const database = new Database(path, { readonly: true });
      const row = database.prepare('SELECT value FROM auth_kv WHERE key = ?').get(key) as { value: string };
      database.close();
      return JSON.parse(row.value) as Record<string, unknown>;
    },
    options: options => ({
      env: {},
      home,
      platform: 'linux',
      configDir,
      transport,
      log,
      now: () => Date.now(),
      listProfiles: async () => [],
      authUrl: url,
      oidcUrl: url,
      idpHosts: ['127.0.0.1'],
      ...options,
    }),
    auth(options) {
      const auth = createAuth(machine.options(options));
      opened.push(auth);
      return auth;
    },
    async remove() {
      await Promise.all(opened.map(auth => auth.close()));
      await transport.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return machine;
}

/** A time from now as the programs write it. */
export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

export const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex');
