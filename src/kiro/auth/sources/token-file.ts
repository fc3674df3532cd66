import { basename } from 'node:path';
import { ChatError } from '../../../core/errors.ts';
import { isRegion } from '../../region.ts';
import type { Client, Credential, Renewed } from '../token.ts';
import { isReplaceable, type JsonFile, readJson, replaceFile, Unreadable } from './json-file.ts';
import { join } from './paths.ts';
import { find, readClient, readText, readToken, shortLifetime, type TokenRecord, writeToken } from './record.ts';
import type { Machine, Place, Source, Written } from './source.ts';

/** A file of a Kiro program, and how to speak of it. */
export interface TokenFileOptions {
  readonly machine: Machine;
  readonly path: string;
  readonly place: Place;
  readonly name: string;
  readonly signIn: string;
  /** The setting that names the file; its absence is then an error. */
  readonly setting?: string;
  /** Folders of client registrations. */
  readonly clients: readonly string[];
  /** Where else the profile may be written down. */
  readonly profile?: () => Promise<string | undefined>;
  readonly alsoWatched?: readonly string[];
}

/** A sign-in in a JSON file, as the Kiro programs write it. */
export function createTokenFile(options: TokenFileOptions): Source {
  const { path, place, name, signIn } = options;
  const load = async (): Promise<JsonFile | undefined> => {
    try {
      return await readJson(path);
    } catch (error) {
      throw error instanceof Unreadable ? problem(options, error.message) : error;
    }
  };
  return {
    id: path,
    place,
    name,
    path,
    signIn,
    watched: [path, ...(options.alsoWatched ?? [])],
    async read() {
      const file = await load();
      if (file !== undefined) return readCredential(options, file);
      if (options.setting === undefined) return undefined;
      throw problem(options, 'does not exist');
    },
    async write(used, renewed) {
      const file = await load();
      return file === undefined ? 'overtaken' : writeBack(path, file, used, renewed);
    },
    isWritable: () => isReplaceable(path),
  };
}

async function readCredential(options: TokenFileOptions, file: JsonFile): Promise<Credential> {
  const token = readToken(file.record);
  if (token.accessToken === undefined && token.refreshToken === undefined) {
    throw problem(options, 'holds neither an access token nor a refresh token');
  }
  // A registration that lies beside a social token belongs to an older sign-in.
  const registration = token.kind === 'oidc' ? await readRegistration(options, file.record) : undefined;
  const region = token.region ?? registration?.region;
  if (region !== undefined && !isRegion(region)) throw problem(options, 'names a region that is none');
  return {
    ...token,
    client: token.kind === 'social' ? undefined : (token.client ?? registration?.client),
    region,
    lifetime: shortLifetime(token.expiresAt, file.writtenAt),
    profileArn: token.profileArn ?? (await options.profile?.()),
  };
}

async function readRegistration(
  { clients, machine }: TokenFileOptions,
  record: TokenRecord,
): Promise<{ client: Client | undefined; region: string | undefined } | undefined> {
  const hash = readText(find(record, 'clientIdHash'));
  if (hash === undefined || !/^[\w-]{1,128}$/.test(hash)) return undefined;
  for (const folder of clients) {
    const file = await readJson(join(machine, folder, `${hash}.json`)).catch(() => undefined);
    if (file !== undefined) return { client: readClient(file.record), region: readText(file.record['region']) };
  }
  return undefined;
}

async function writeBack(path: string, file: JsonFile, used: Credential, renewed: Renewed): Promise<Written> {
  if (readText(find(file.record, 'refreshToken')) !== used.refreshToken) return 'overtaken';
  const indent = /^\{\s*\n([ \t]+)/.exec(file.text)?.[1];
  return replaceFile(path, file.text, JSON.stringify(writeToken(file.record, renewed), null, indent));
}

function problem({ path, name, setting, signIn }: TokenFileOptions, what: string): ChatError {
  const file = basename(path);
  const message =
    setting === undefined
      ? `The sign-in of ${name} (${file}) ${what}. To sign in again, ${signIn}.`
      : `${setting} names the file ${file}, which ${what}. Correct ${setting}, or remove it and run kiro-gw login.`;
  return new ChatError('login', message, { file: path });
}
