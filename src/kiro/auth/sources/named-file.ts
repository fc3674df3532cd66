import { dirname } from 'node:path';
import { readStateProfile } from './database.ts';
import { readIdeProfile } from './ide.ts';
import { databases, ideProfiles, join, ssoCache } from './paths.ts';
import type { Machine, Source } from './source.ts';
import { createTokenFile } from './token-file.ts';

/** A file that a setting names, of the form that the Kiro programs write. */
export function createNamedFile(machine: Machine, setting: string, path: string): Source {
  const folder = ssoCache(machine);
  // Elsewhere it is a copy, and this machine's profile need not be its own.
  const profile = {
    [join(machine, folder, 'kiro-auth-token.json')]: () => readIdeProfile(ideProfiles(machine)),
    [join(machine, folder, 'kiro-auth-token-cli.json')]: () => readStateProfile(databases(machine, 'kiro-cli')),
  }[path];
  return createTokenFile({
    machine,
    path,
    place: 'file',
    name: setting,
    setting,
    signIn: `sign in where that file comes from, or remove ${setting} and run kiro-gw login`,
    clients: [dirname(path), folder],
    ...(profile === undefined ? {} : { profile }),
  });
}
