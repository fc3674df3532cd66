import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, type RunningGateway, runExecutable, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let home: ReturnType<typeof emptyFolder>;
/** Everything that the program wrote, by where. */
let written: Map<string, string>;
const running: RunningGateway[] = [];

beforeEach(async () => {
  emulator = await startEmulator({ pollInterval: 0.2 });
  home = emptyFolder();
  written = new Map();
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
  await emulator.close();
  home.remove();
});

const at = (...parts: string[]): string => join(home.path, ...parts);
const own = { ide: '.aws/sso/cache/kiro-auth-token.json', cli: '.local/share/kiro-cli/data.sqlite3', kept: 'own' };
// Tokens and keys as the emulator makes them, and what is planted.
const secret = /ao[ar][\w-]{20,}|ksk_[\w-]{16,}|secret-[\w-]{20,}|CANARY/;

let planted = 0;
const canary = (): string => {
  planted += 1;
  return `CANARY${planted}x${'0123456789abcdef'.repeat(3)}`;
};

/** A record with something secret in every field that any program knows, and in one that none knows. */
const secrets = () => ({
  accessToken: canary(),
  refreshToken: canary(),
  clientId: canary(),
  clientSecret: canary(),
  idToken: canary(),
  somethingNew: { deep: [canary()] },
  expiresAt: new Date(Date.now() - 60_000).toISOString(),
});

const snake = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

function write(path: string, content: object): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), JSON.stringify(content));
}

function writeDatabase(rows: Record<string, object>): void {
  mkdirSync(dirname(at(own.cli)), { recursive: true });
  const database = new Database(at(own.cli));
  database.exec('create table auth_kv (key text primary key, value text); create table state (key text, value text)');
  const put = database.prepare('insert into auth_kv values (?, ?)');
  for (const [key, value] of Object.entries(rows)) put.run(key, JSON.stringify(value));
  database.close();
}

const variables = (more: Record<string, string> = {}): Record<string, string> => ({
  ...environment(home.path, emulator),
  KIRO_GW_HOME: at(own.kept),
  KIRO_IDP_HOSTS: '127.0.0.1',
  LOG_LEVEL: 'debug',
  DEBUG_MODE: 'all',
  DEBUG_DIR: at('debug'),
  ...more,
});

/** Uses every command and every endpoint, and keeps what they write. */
async function exercise(more: Record<string, string> = {}): Promise<void> {
  const env = variables(more);
  await Promise.all(commands.map(chain => runChain(chain, env)));
  const gateway = await startGateway({ emulator, home: home.path, env });
  running.push(gateway);
  for (const [path, body] of Object.entries(endpoints)) {
    const response = await fetch(gateway.url + path, {
      headers: { authorization: `Bearer ${gateway.key}`, 'anthropic-version': '2023-06-01' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify({ model: 'claude-sonnet-4.5', ...body }) }),
    });
    const headers = JSON.stringify([...response.headers]);
    written.set(path, headers + (await response.text()));
  }
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-o', 'comm=', '-p', String(gateway.pid)], { encoding: 'utf8' });
  written.set('ps', stdout);
  // As a broken pointer would end it.
  await gateway.stop(process.platform === 'win32' ? 'SIGKILL' : 'SIGSEGV');
  written.set('serve', gateway.output() + gateway.errors());
  for (const path of filesIn(home.path)) {
    const name = relative(home.path, path).replaceAll('\\', '/');
    const isKept =
      [own.ide, own.cli].some(place => name.startsWith(place)) || /^own\/(accounts\.json|successors\/)/.test(name);
    if (!isKept) written.set(name, readFileSync(path, 'latin1'));
  }
}

async function runChain(chain: readonly string[], env: Record<string, string>): Promise<void> {
  for (const line of chain) {
    const args = line.split(' ');
    const input = line === 'chat' ? 'hi' : '';
    const { output, errors } = await runExecutable(args, { home: home.path, env, input });
    written.set(line, output + errors);
  }
}

// Side by side, but for those that follow from each other.
const commands = [
  ['chat'],
  ['models', 'config list'],
  ['usage', 'usage --json'],
  ['doctor', 'doctor --json'],
  ['accounts list', 'accounts list --json'],
  ['login --method builder-id', 'login --method google --device', 'logout google', 'login --method ide'],
];

const endpoints: Readonly<Record<string, object | undefined>> = {
  '/health': undefined,
  '/metrics': undefined,
  '/v1/models': undefined,
  '/v1/usage': undefined,
  '/v1/messages': { max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/responses': { input: 'Hi' },
};

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

const leaks = (): readonly string[] =>
  [...written].flatMap(([place, text]) => {
    const found = secret.exec(text);
    return found === null ? [] : [`${place}: …${text.slice(Math.max(0, found.index - 60), found.index + 12)}…`];
  });

describe('what the executable writes', () => {
  it('holds nothing of sign-ins that fail, whatever the services echo', async () => {
    write(own.ide, { ...secrets(), authMethod: 'IdC', region: 'us-east-1', provider: 'Enterprise' });
    const client = secrets();
    writeDatabase({
      'kirocli:social:token': snake(secrets()),
      'kirocli:odic:token': snake({ ...secrets(), region: 'us-east-1' }),
      'kirocli:odic:device-registration': snake(client),
      'kirocli:external-idp:token': snake({
        ...secrets(),
        tokenEndpoint: `${emulator.url}/external/token?${canary()}`,
      }),
    });
    const { expiresAt, ...kept } = secrets();
    write('own/accounts.json', { version: 1, accounts: { google: { kind: 'social', ...kept, expiresAt } } });
    const echo = { status: 400, body: { error: canary(), error_description: canary(), message: canary() } };
    const operations = ['token', 'refreshToken', 'external/token', 'oauth/device/poll', 'logout', 'client/register'];
    for (const operation of operations) emulator.nextFor(operation, ...Array.from({ length: 40 }, () => echo));
    await exercise();
    expect(written.get('/v1/messages')).toContain('kiro-gw login');
    expect(leaks()).toEqual([]);
  });

  it('holds nothing of sign-ins that work', async () => {
    const { refreshToken, accessToken, profileArn } = emulator.credentials.social({ lifetime: 0 });
    const expiresAt = new Date(Date.now() - 60_000).toISOString();
    write(own.ide, { ...secrets(), accessToken, refreshToken, profileArn, expiresAt, authMethod: 'social' });
    await exercise();
    expect(written.get('/v1/messages')).toContain('"text"');
    expect(written.get('login --method google --device')).toContain('Signed in');
    expect([...written.keys()].some(name => name.startsWith('debug/'))).toBe(true);
    expect(leaks()).toEqual([]);
  });

  it('holds nothing of what the environment brings', async () => {
    const { accessToken } = emulator.credentials.apiKey();
    await exercise({ KIRO_API_KEY: accessToken, PROXY_API_KEY: canary(), REFRESH_TOKEN: canary() });
    expect(written.get('/v1/messages')).toContain('"text"');
    expect(leaks()).toEqual([]);
  });
});
