import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, win32 } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../src/emulator/emulator.ts';
import type { FoundAccount, Login } from '../../../../src/kiro/auth/auth.ts';
import { arn, createMachine, hashOf, type TestMachine } from '../support/machine.ts';

const home = 'C:\\Users\\me';
const env = { APPDATA: `${home}\\AppData\\Roaming`, LOCALAPPDATA: `${home}\\AppData\\Local` };
const nineDigits = '2024-03-01T10:00:00.123456789Z';
const ide = win32.join(home, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
const ideProfile = win32.join(env.APPDATA, 'Kiro', 'User', 'globalStorage', 'kiro.kiroagent', 'profile.json');
const state = { 'api.codewhisperer.profile': { arn, profile_name: 'Mine' } };

interface Outcome {
  readonly login: Login;
  readonly used: FoundAccount;
}

/** What is written on one machine; gives how to read the access token that is there afterwards. */
type Write = (put: {
  json(path: string, content: object): () => unknown;
  sqlite(path: string, rows: Record<string, object>, state?: object): (key: string) => () => unknown;
}) => () => unknown;

interface Shape {
  readonly name: string;
  readonly write: Write;
  readonly used: object;
}

let emulator: Emulator;
let machine: TestMachine;
const outcomes = new Map<string, Outcome & { readonly stored: unknown }>();

const social = () => emulator.credentials.social({ lifetime: 0 }).refreshToken;
const oidc = () => emulator.credentials.oidc({ lifetime: 0 });
const extra = { something_new: { kept: true } };

const shapes: readonly Shape[] = [
  {
    name: 'a social sign-in of the Kiro IDE',
    write: ({ json }) =>
      json(ide, { accessToken: 'old', refreshToken: social(), authMethod: 'social', profileArn: arn, ...extra }),
    used: { place: 'ide', kind: 'social' },
  },
  {
    name: 'an Identity Center sign-in of the IDE with its client in a file of its own',
    write({ json }) {
      const { clientId, clientSecret, refreshToken } = oidc();
      const clientIdHash = hashOf('https://d-1234.awsapps.com/start');
      json(win32.join(home, '.aws', 'sso', 'cache', `${clientIdHash}.json`), { clientId, clientSecret });
      json(ideProfile, { arn });
      const token = { accessToken: 'old', refreshToken, expiresAt: nineDigits, clientIdHash, authMethod: 'IdC' };
      return json(ide, { ...token, region: 'eu-west-1', ...extra });
    },
    used: { place: 'ide', kind: 'oidc', loginRegion: 'eu-west-1' },
  },
  {
    name: 'an Identity Center sign-in of the IDE with its client inline and without a region',
    write({ json }) {
      const { clientId, clientSecret, refreshToken } = oidc();
      return json(ide, { refreshToken, clientId, clientSecret, authMethod: 'IdC', profileArn: arn, ...extra });
    },
    used: { place: 'ide', kind: 'oidc' },
  },
  {
    name: 'the JSON file of kiro-cli, with the profile of its database',
    write({ json, sqlite }) {
      sqlite(win32.join(env.LOCALAPPDATA, 'Kiro-Cli', 'data.sqlite3'), {}, state);
      const path = win32.join(home, '.aws', 'sso', 'cache', 'kiro-auth-token-cli.json');
      return json(path, { refreshToken: social(), authMethod: 'social', ...extra });
    },
    used: { place: 'kiro-cli', kind: 'social' },
  },
  {
    name: 'a social sign-in of kiro-cli beside a registration that is not its own',
    write: ({ sqlite }) =>
      sqlite(win32.join(env.LOCALAPPDATA, 'Kiro-Cli', 'data.sqlite3'), {
        'kirocli:social:token': { refresh_token: social(), expires_at: nineDigits, profile_arn: arn, ...extra },
        'kirocli:odic:device-registration': { client_id: 'stale', client_secret: 'stale', region: 'us-west-2' },
      })('kirocli:social:token'),
    used: { place: 'kiro-cli', kind: 'social' },
  },
  {
    name: 'an odic sign-in of kiro-cli in the roaming folder',
    write({ sqlite }) {
      const { clientId, clientSecret, refreshToken } = oidc();
      return sqlite(
        win32.join(env.APPDATA, 'kiro-cli', 'data.sqlite3'),
        {
          'kirocli:odic:token': { access_token: 'old', refresh_token: refreshToken, expires_at: nineDigits, ...extra },
          'kirocli:odic:device-registration': {
            client_id: clientId,
            client_secret: clientSecret,
            region: 'eu-north-1',
          },
        },
        state,
      )('kirocli:odic:token');
    },
    used: { place: 'kiro-cli', kind: 'oidc', loginRegion: 'eu-north-1' },
  },
  {
    name: 'a sign-in of an external identity provider',
    write({ sqlite }) {
      const { clientId, tokenEndpoint, refreshToken } = emulator.credentials.external({ lifetime: 0 });
      const token = { access_token: 'old', refresh_token: refreshToken, expires_at: nineDigits, profile_arn: arn };
      return sqlite(win32.join(env.LOCALAPPDATA, 'Kiro-Cli', 'data.sqlite3'), {
        'kirocli:external-idp:token': { ...token, client_id: clientId, token_endpoint: tokenEndpoint, ...extra },
      })('kirocli:external-idp:token');
    },
    used: { place: 'kiro-cli', kind: 'external-idp' },
  },
  {
    name: 'the legacy sign-in of the Amazon Q command line',
    write({ sqlite }) {
      const { clientId, clientSecret, refreshToken } = oidc();
      return sqlite(
        win32.join(env.LOCALAPPDATA, 'amazon-q', 'data.sqlite3'),
        {
          'codewhisperer:odic:token': {
            access_token: 'old',
            refresh_token: refreshToken,
            region: 'us-east-1',
            ...extra,
          },
          'codewhisperer:odic:device-registration': { client_id: clientId, client_secret: clientSecret },
        },
        state,
      )('codewhisperer:odic:token');
    },
    used: { place: 'amazon-q', kind: 'oidc' },
  },
];

// On Windows itself such names are no names of files.
describe.skipIf(process.platform === 'win32')('the shapes that the programs write, on Windows', () => {
  beforeAll(async () => {
    emulator = await startEmulator();
    machine = createMachine(emulator.url);
    const readers = shapes.map(({ write }, index) => {
      const at = (path: string): string => join(machine.at(String(index)), path);
      return write({
        json(path, content) {
          machine.json(at(path), content);
          return () => machine.readJson(at(path));
        },
        sqlite(path, rows, more = {}) {
          mkdirSync(machine.at(String(index)), { recursive: true });
          machine.sqlite(at(path), rows, more as Record<string, unknown>);
          return key => () => machine.readRow(at(path), key);
        },
      });
    });
    const visits = shapes.map((_, index) => ({
      folder: machine.at(String(index)),
      configDir: machine.at(`own-${index}`),
    }));
    const visitor = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'visitor.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    visitor.stdin.end(JSON.stringify({ url: emulator.url, home, env, visits }));
    let said = '';
    visitor.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(visitor, 'close');
    for (const [index, outcome] of (JSON.parse(said) as Outcome[]).entries()) {
      outcomes.set(shapes[index]?.name ?? '', { ...outcome, stored: readers[index]?.() });
    }
  });
  afterAll(async () => {
    await machine.remove();
    await emulator.close();
  });

  it.each(shapes)('are read, renewed and written back: $name', ({ name, used }) => {
    const outcome = outcomes.get(name);
    expect(outcome?.login).toMatchObject({ profileArn: arn });
    expect(outcome?.used).toMatchObject({ ...used, isWritable: true });
    const accessToken = outcome?.login.accessToken;
    const stored = outcome?.stored as Record<string, unknown>;
    expect([stored['accessToken'] ?? stored['access_token'], stored['something_new']]).toEqual([
      accessToken,
      extra.something_new,
    ]);
    expect(emulator.violations).toEqual([]);
  });
});
