import { ChatError } from '../../../core/errors.ts';
import type { TokenRecord } from './record.ts';

/** The operating system's keychain. */
export interface Keychain {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Moves the secrets of a record into the keychain; the record then says that they are there. */
export async function seal(keychain: Keychain | undefined, name: string, record: TokenRecord): Promise<TokenRecord> {
  if (keychain === undefined) throw unavailable(name);
  const entries = Object.entries(record);
  const hidden = entries.filter(([member]) => secrets.has(member));
  await keychain.set(name, JSON.stringify(Object.fromEntries(hidden))).catch(() => {
    throw unavailable(name);
  });
  return { ...Object.fromEntries(entries.filter(([member]) => !secrets.has(member))), keychain: true };
}

/** The record with its secrets, wherever they are. */
export async function unseal(keychain: Keychain | undefined, name: string, record: TokenRecord): Promise<TokenRecord> {
  if (record['keychain'] !== true) return record;
  if (keychain === undefined) throw unavailable(name);
  const hidden = await keychain.get(name).catch(() => null);
  if (hidden === null) throw unavailable(name);
  try {
    return { ...record, ...(JSON.parse(hidden) as TokenRecord) };
  } catch {
    throw unavailable(name);
  }
}

function unavailable(name: string): ChatError {
  const message = `The keychain cannot be used for the account "${name}". Unlock it, or run kiro-gw login --store file.`;
  return new ChatError('login', message);
}

const secrets: ReadonlySet<string> = new Set(['accessToken', 'refreshToken', 'clientSecret']);
