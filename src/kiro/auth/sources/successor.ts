import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credential } from '../token.ts';
import { makeFolder, readJson, replaceFile } from './json-file.ts';
import { hashName } from './lock.ts';
import { readStored, shortLifetime, writeStored } from './record.ts';
import type { Source } from './source.ts';

/** Where renewals are kept that their own place does not take. */
export interface SuccessorOptions {
  /** Our own folder. */
  readonly folder: string;
  /** Renewals that could be stored nowhere; lives as long as the process. */
  readonly memory: Map<string, Credential>;
  /** Is told that a source cannot be written, and whether the renewal could be stored in our folder. */
  readonly unwritable: (source: Source, stored: boolean) => void;
}

/**
 * A source that cannot lose a renewal: where the place itself cannot be written (a variable, a read-only mount), the
 * renewal is kept in our own folder, under a name made from the refresh token that it descends from.
 */
export function withSuccessor(source: Source, options: SuccessorOptions): Source {
  const { folder, memory, unwritable } = options;
  const pathOf = (name: string): string => join(folder, 'successors', `${name}.json`);
  const heirOf = async (name: string): Promise<{ credential: Credential; text?: string } | undefined> => {
    const kept = memory.get(name);
    if (kept !== undefined) return { credential: kept };
    const file = await readJson(pathOf(name)).catch(() => undefined);
    if (file === undefined) return undefined;
    const credential = readStored(file.record);
    return {
      credential: { ...credential, lifetime: shortLifetime(credential.expiresAt, file.writtenAt) },
      text: file.text,
    };
  };
  return {
    ...source,
    async read() {
      const own = await source.read();
      if (own?.refreshToken === undefined) return own;
      const heir = await heirOf(hashName(own.refreshToken));
      return heir === undefined ? own : newer(own, heir.credential);
    },
    async write(used, renewed) {
      // A place that cannot be read for a moment must not cost the renewal.
      const own = await source.read().catch(() => used);
      if (own?.refreshToken === undefined) return 'overtaken';
      const name = hashName(own.refreshToken);
      const heir = await heirOf(name);
      const current = heir === undefined ? own : newer(own, heir.credential);
      if (current.refreshToken !== used.refreshToken) return 'overtaken';
      const written = await source.write(own, renewed).catch(() => 'refused' as const);
      if (written !== 'refused') return written;

      const { accessToken, refreshToken = used.refreshToken, expiresAt, profileArn } = renewed;
      const next: Credential = { kind: own.kind, accessToken, refreshToken, expiresAt, profileArn };
      const folderMade = await makeFolder(join(folder, 'successors')).then(
        () => true,
        () => false,
      );
      const text = `${JSON.stringify(writeStored(next), null, 2)}\n`;
      const stored = folderMade && (await replaceFile(pathOf(name), heir?.text, text)) === 'written';
      if (stored) memory.delete(name);
      else memory.set(name, next);
      unwritable(source, stored);
      await removeForgotten(join(folder, 'successors')).catch(() => undefined);
      return 'written';
    },
  };
}

function newer(own: Credential, heir: Credential): Credential {
  if ((own.expiresAt ?? 0) > (heir.expiresAt ?? 0)) return own;
  const { accessToken, refreshToken, expiresAt, lifetime, profileArn = own.profileArn } = heir;
  return { ...own, accessToken, refreshToken, expiresAt, lifetime, profileArn };
}

// Those of sign-ins that nobody uses any more.
async function removeForgotten(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > forgottenAge) await rm(path, { force: true });
  }
}

const forgottenAge = 90 * 86_400_000;
