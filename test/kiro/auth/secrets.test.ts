import { utimesSync } from 'node:fs';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/kiro/auth/auth.ts';
import { createAccounts } from '../../../src/kiro/auth/sources/accounts.ts';
import { useEmulator } from '../../support/emulator.ts';
import { arn, inMinutes } from './support/machine.ts';
import { useMachine } from './support/use-machine.ts';

const emulator = useEmulator();
const { machine } = useMachine(emulator);
let written: string[];
beforeEach(() => {
  written = [];
});

let planted = 0;
const canary = (field: string): string => {
  planted += 1;
  return `CANARY-${planted}-${field}`;
};
const secrets = () => ({
  accessToken: canary('access'),
  refreshToken: canary('refresh'),
  clientId: canary('client'),
  clientSecret: canary('secret'),
  unknownField: canary('unknown'),
  idToken: canary('id'),
});
const snake = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
const cache = (name: string): string => machine.at('.aws', 'sso', 'cache', name);

/** Does what a program does with a sign-in, and keeps all that it could show to anybody. */
async function exercise(auth: Auth): Promise<void> {
  const show = (value: unknown): void => {
    written.push(inspect(value, { depth: 9, showHidden: true }), String(value));
    if (value instanceof Error) written.push(value.stack ?? '', inspect(value.cause));
  };
  await auth.login().catch(show);
  await auth.renew({ accessToken: canary('refused'), region: 'us-east-1' }).catch(show);
  await auth.describe().then(show, show);
}

describe('secrets', () => {
  // Services that echo what they were sent, in every member.
  const echo = (status: number) => ({
    status,
    body: { error: canary('echo'), error_description: canary('echo'), message: canary('echo'), __type: canary('echo') },
  });

  it.each([400, 429, 500])('stay out of everything that is shown, when the service answers %i', async status => {
    const expiresAt = inMinutes(-5);
    machine.json(cache('kiro-auth-token.json'), { ...secrets(), expiresAt, authMethod: 'IdC', profileArn: arn });
    machine.json(cache('kiro-auth-token-cli.json'), { ...secrets(), expiresAt, authMethod: 'social' });
    const token = (more: object) => snake({ ...secrets(), expiresAt, ...more });
    machine.sqlite(machine.at('.local/share/kiro-cli/data.sqlite3'), {
      'kirocli:social:token': token({}),
      'kirocli:odic:token': token({ region: 'us-east-1' }),
      'kirocli:odic:device-registration': token({}),
      'kirocli:external-idp:token': token({ tokenEndpoint: `${emulator.url}/external/token?${canary('query')}` }),
    });
    for (const operation of ['token', 'refreshToken', 'external/token']) {
      emulator.nextFor(operation, ...Array.from({ length: 20 }, () => echo(status)));
    }
    await exercise(machine.auth());
    expect(written.join('\n')).toContain('Kiro IDE');
    expect([...written, ...machine.lines].join('\n')).not.toContain('CANARY');
  });

  it('stay out of what is said about broken places', async () => {
    const broken = [`{"accessToken": "${canary('access')}`, `{"refreshToken": ${canary('refresh')}}`, canary('whole')];
    for (const text of broken) {
      // Old enough not to be taken for half written.
      for (const path of [cache('kiro-auth-token.json'), machine.at('.config/kiro-gw/accounts.json')]) {
        utimesSync(machine.json(path, text), 1e9, 1e9);
      }
      machine.sqlite(machine.at('.local/share/kiro-cli/data.sqlite3'), { 'kirocli:social:token': text });
      await exercise(machine.auth());
      await exercise(machine.auth({ credsFile: cache('kiro-auth-token.json') }));
      await exercise(machine.auth({ databaseFile: machine.at('.local/share/kiro-cli/data.sqlite3') }));
    }
    await exercise(machine.auth({ env: { KIRO_API_KEY: `${canary('key')}\nx` } }));
    await exercise(machine.auth({ env: { REFRESH_TOKEN: canary('refresh'), KIRO_REGION: canary('region') } }));
    expect([...written, ...machine.lines].join('\n')).not.toContain('CANARY');
  });

  it('stay out of what is shown of sign-ins that work', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social({ lifetime: 0 });
    const accounts = createAccounts({ folder: machine.configDir });
    const client = { id: canary('client'), secret: canary('secret') };
    await accounts.save('home', { kind: 'social', accessToken, refreshToken, client, profileArn: arn, expiresAt: 1 });
    const auth = machine.auth();
    const login = await auth.login();
    await exercise(auth);
    written.push(inspect(await accounts.list(), { depth: 9 }));
    const text = [...written, ...machine.lines].join('\n');
    for (const secret of ['CANARY', accessToken, refreshToken, login.accessToken]) expect(text).not.toContain(secret);
  });
});
