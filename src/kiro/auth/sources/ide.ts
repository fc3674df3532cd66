import { readJson } from './json-file.ts';
import { ideProfiles, join, ssoCache } from './paths.ts';
import { readText } from './record.ts';
import type { Machine, Source } from './source.ts';
import { createTokenFile } from './token-file.ts';

/** What the Kiro IDE keeps. */
export function createIde(machine: Machine): Source {
  const folder = ssoCache(machine);
  const profiles = ideProfiles(machine);
  return createTokenFile({
    machine,
    path: join(machine, folder, 'kiro-auth-token.json'),
    place: 'ide',
    name: 'Kiro IDE',
    signIn: 'open Kiro and sign in, or run kiro-gw login',
    clients: [folder],
    profile: () => readIdeProfile(profiles),
    alsoWatched: profiles,
  });
}

/** The profile that the IDE chose last. */
export async function readIdeProfile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const file = await readJson(path).catch(() => undefined);
    const arn = readText(file?.record['arn']);
    if (arn !== undefined) return arn;
  }
  return undefined;
}
