import { toChatError } from '../../../core/errors.ts';
import type { Exchange } from '../exchange.ts';
import { lockName, withLock } from '../sources/lock.ts';
import type { Source } from '../sources/source.ts';
import { type Credential, canRenew, needsRenewal, withRenewed } from '../token.ts';
import { pause } from '../wait.ts';
import { refresh } from './refresh.ts';

/** What one renewal works with. */
export interface StoredRenewal {
  readonly source: Source;
  /** An access token that the service refused, however long it should live. */
  readonly refused: string | undefined;
  readonly exchange: Exchange;
  /** Our own folder, for locks. */
  readonly folder: string;
  /** Is told when no lock could be had. */
  readonly unlocked: (reason: string) => void;
}

/**
 * Renews the sign-in of a place, or takes over what another program renewed there. Only one process does so at a
 * time; the new tokens are stored before they are used. Undefined when the place holds nothing (any more) that could
 * be renewed. Throws `ChatError`, of kind `login` when the service refuses the sign-in.
 */
export async function renewStored(renewal: StoredRenewal): Promise<Credential | undefined> {
  const { source, folder, unlocked } = renewal;
  return withLock(folder, await lockName(source), () => renewLocked(renewal), unlocked);
}

async function renewLocked(renewal: StoredRenewal): Promise<Credential | undefined> {
  const { source } = renewal;
  const current = await source.read();
  if (current === undefined || !needsOne(renewal, current)) return current;
  if (!canRenew(current)) return undefined;
  try {
    return await store(renewal, current);
  } catch (error) {
    const { kind, code } = toChatError(error);
    if (kind !== 'login' || code === undefined) throw error;
    // A program that does not know our lock may have used the same refresh token a moment ago.
    const other = await readOther(source, current);
    if (other === undefined) throw error;
    return needsOne(renewal, other) && canRenew(other) ? store(renewal, other) : other;
  }
}

async function store({ source, exchange }: StoredRenewal, used: Credential): Promise<Credential> {
  const renewed = await refresh(exchange, used);
  const written = await source.write(used, renewed);
  const other = written === 'overtaken' ? await source.read().catch(() => undefined) : undefined;
  return other !== undefined && !needsRenewal(other, exchange.now()) ? other : withRenewed(used, renewed);
}

async function readOther(source: Source, before: Credential): Promise<Credential | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const other = await source.read().catch(() => undefined);
    if (other !== undefined && other.refreshToken !== before.refreshToken) return other;
    // Nobody but us, under our lock, writes what is our own.
    if (source.place === 'store' || source.place === 'environment' || attempt === 4) return undefined;
    await pause(75);
  }
}

function needsOne({ refused, exchange }: StoredRenewal, credential: Credential): boolean {
  return needsRenewal(credential, exchange.now()) || credential.accessToken === refused;
}
