import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KnownModel } from './entry.ts';

/** A list of models as it is kept. */
export interface Listing {
  readonly models: readonly KnownModel[];
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  /** What the list is for: it depends on the account. */
  readonly account: string;
}

/** The kept list; undefined when there is none or it is unreadable. */
export async function readCache(path: string): Promise<Listing | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isListing(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the kept list at once, never in part. */
export async function writeCache(path: string, listing: Listing): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, JSON.stringify({ version, ...listing }), { mode: 0o600 });
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

function isListing(kept: unknown): kept is Listing {
  if (typeof kept !== 'object' || kept === null) return false;
  const { version: written, models, fetchedAt, account } = kept as Record<string, unknown>;
  return (
    written === version &&
    typeof fetchedAt === 'number' &&
    typeof account === 'string' &&
    Array.isArray(models) &&
    models.length > 0 &&
    models.every(isModel)
  );
}

function isModel(model: unknown): boolean {
  if (typeof model !== 'object' || model === null) return false;
  const { id, name, inputs, efforts } = model as Record<string, unknown>;
  return typeof id === 'string' && typeof name === 'string' && Array.isArray(inputs) && Array.isArray(efforts);
}

const version = 1;
