import { ChatError } from '../../../core/errors.ts';
import type { Accounts } from './accounts.ts';
import { isDatabase } from './database.ts';
import { createApiKey, createRefreshToken } from './environment.ts';
import { createIde } from './ide.ts';
import { createAmazonQ, createKiroCli, createNamedDatabase } from './kiro-cli.ts';
import { createNamedFile } from './named-file.ts';
import { expandHome } from './paths.ts';
import type { Machine, Source } from './source.ts';
import { createStored } from './store.ts';

/** A sign-in that somebody asked for by name. */
export interface Choice {
  /** An account of our own store. */
  readonly account?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly credsFile?: string | undefined;
  readonly databaseFile?: string | undefined;
}

/** Places of one rank; the newest valid sign-in among them wins. */
export interface Group {
  /** Why a sign-in of this group is used, for people. */
  readonly why: string;
  /** Whether what is wrong here is an error; otherwise the next group is looked at. */
  readonly isStrict: boolean;
  /** The error when a group that somebody asked for holds nothing. */
  readonly empty?: ChatError;
  readonly sources: readonly Source[];
}

/** Who asks, and what for. */
export interface Search {
  readonly machine: Machine;
  readonly accounts: Accounts;
  /** Counts more than the environment. */
  readonly explicit: Choice;
}

/** The files in which a new sign-in would show. */
export function listWatched({ machine, accounts, explicit }: Search): readonly string[] {
  const { credsFile, databaseFile } = chosenBy(machine.env);
  const named = [explicit.credsFile, explicit.databaseFile, credsFile, databaseFile].flatMap(name => {
    const path = name ? expandHome(machine, name) : undefined;
    return path === undefined ? [] : [path, `${path}-wal`];
  });
  const found = [createIde(machine), ...createKiroCli(machine), ...createAmazonQ(machine)];
  return [...new Set([accounts.path, ...named, ...found.flatMap(({ watched }) => watched)])];
}

/** Every place where a sign-in may be, those that count first coming first. */
export async function listGroups({ machine, accounts, explicit }: Search): Promise<readonly Group[]> {
  const found = [createIde(machine), ...createKiroCli(machine)];
  const older = createAmazonQ(machine);
  return [
    ...(await listChosen(machine, accounts, explicit)),
    ...(await listChosen(machine, accounts, chosenBy(machine.env))),
    ...(await listActive(accounts)),
    ...(await listPreferred(accounts, [...found, ...older])),
    { why: 'found on this machine', isStrict: false, sources: found },
    { why: 'found on this machine', isStrict: false, sources: older },
  ];
}

function chosenBy(env: Machine['env']): Choice {
  return {
    account: env['KIRO_ACCOUNT'],
    apiKey: env['KIRO_API_KEY'],
    refreshToken: env['REFRESH_TOKEN'],
    credsFile: env['KIRO_CREDS_FILE'],
    databaseFile: env['KIRO_CLI_DB_FILE'],
  };
}

async function listChosen(machine: Machine, accounts: Accounts, choice: Choice): Promise<readonly Group[]> {
  const { account, apiKey, refreshToken, credsFile, databaseFile } = choice;
  const groups: Group[] = [];
  const add = (why: string, sources: readonly Source[], empty: string): void => {
    groups.push({ why, isStrict: true, sources, empty: new ChatError('login', empty) });
  };
  const addNamed = (setting: string, sources: readonly Source[]): void => {
    const advice = `Correct ${setting}, or remove it and run kiro-gw login.`;
    add(`${setting} is set`, sources, `${setting} names a file that holds no sign-in. ${advice}`);
  };
  if (account) {
    const advice = 'kiro-gw accounts list shows those there are; kiro-gw login makes one.';
    add('chosen by name', [createStored(accounts, account)], `There is no account "${account}". ${advice}`);
  }
  if (apiKey) addNamed('KIRO_API_KEY', [createApiKey('KIRO_API_KEY', apiKey)]);
  if (refreshToken) addNamed('REFRESH_TOKEN', [createRefreshToken('REFRESH_TOKEN', refreshToken)]);
  if (credsFile) addNamed('KIRO_CREDS_FILE', await openNamed(machine, 'KIRO_CREDS_FILE', credsFile));
  if (databaseFile) {
    addNamed('KIRO_CLI_DB_FILE', createNamedDatabase('KIRO_CLI_DB_FILE', expandHome(machine, databaseFile)));
  }
  return groups;
}

// People name either kind of file; which one it is can be seen.
async function openNamed(machine: Machine, setting: string, name: string): Promise<readonly Source[]> {
  const path = expandHome(machine, name);
  return (await isDatabase(path)) ? createNamedDatabase(setting, path) : [createNamedFile(machine, setting, path)];
}

async function listActive(accounts: Accounts): Promise<readonly Group[]> {
  const why = 'the active account of kiro-gw';
  try {
    const name = await accounts.active();
    return name === undefined ? [] : [{ why, isStrict: true, sources: [createStored(accounts, name)] }];
  } catch (error) {
    const broken: Source = {
      ...createStored(accounts, ''),
      name: 'kiro-gw accounts',
      read: () => Promise.reject(error),
    };
    return [{ why, isStrict: true, sources: [broken] }];
  }
}

async function listPreferred(accounts: Accounts, found: readonly Source[]): Promise<readonly Group[]> {
  // A broken file of accounts has been noticed already.
  const id = await accounts.preferred().catch(() => undefined);
  const sources = found.filter(source => source.id === id);
  return sources.length === 0 ? [] : [{ why: 'chosen with kiro-gw login', isStrict: false, sources }];
}
