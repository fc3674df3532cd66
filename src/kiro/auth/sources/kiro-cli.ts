import { createDatabaseToken, type DatabaseOptions, readStateProfile, type TokenKey } from './database.ts';
import { databases, join, ssoCache } from './paths.ts';
import type { Machine, Source } from './source.ts';
import { createTokenFile } from './token-file.ts';

/** What kiro-cli keeps: a JSON file in newer versions, a database in all. */
export function createKiroCli(machine: Machine): readonly Source[] {
  const paths = databases(machine, 'kiro-cli');
  const inDatabases = paths.flatMap(path => createDatabaseTokens({ ...kiroCli, path }));
  return [createKiroCliFile(machine), ...inDatabases];
}

/** The JSON file of newer kiro-cli versions; the profile is still in the database. */
function createKiroCliFile(machine: Machine): Source {
  const folder = ssoCache(machine);
  return createTokenFile({
    ...kiroCli,
    machine,
    path: join(machine, folder, 'kiro-auth-token-cli.json'),
    clients: [folder],
    profile: () => readStateProfile(databases(machine, 'kiro-cli')),
  });
}

/** What the Amazon Q command line kept. */
export function createAmazonQ(machine: Machine): readonly Source[] {
  return databases(machine, 'amazon-q').flatMap(path => createDatabaseTokens({ ...amazonQ, path }));
}

/** A database that a setting names, of either program. */
export function createNamedDatabase(setting: string, path: string): readonly Source[] {
  const signIn = 'sign in with the program that the database belongs to, or remove the setting and run kiro-gw login';
  return createDatabaseTokens({ path, place: 'database', name: setting, setting, signIn });
}

function createDatabaseTokens(options: DatabaseOptions): readonly Source[] {
  return tokenKeys.map(key => createDatabaseToken(options, key));
}

const kiroCli = { place: 'kiro-cli', name: 'kiro-cli', signIn: 'run kiro-cli login or kiro-gw login' } as const;
const amazonQ = { place: 'amazon-q', name: 'Amazon Q', signIn: 'run q login or kiro-gw login' } as const;

const tokenKeys: readonly TokenKey[] = [
  { key: 'kirocli:social:token', kind: 'social' },
  { key: 'kirocli:odic:token', kind: 'oidc', registration: 'kirocli:odic:device-registration' },
  { key: 'kirocli:external-idp:token', kind: 'external-idp' },
  { key: 'codewhisperer:odic:token', kind: 'oidc', registration: 'codewhisperer:odic:device-registration' },
];
