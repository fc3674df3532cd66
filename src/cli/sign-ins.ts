import type { AccountInfo, FoundAccount } from '../kiro/auth/auth.ts';
import type { Accounts } from '../kiro/auth/sources/accounts.ts';
import { authOptions, type Line, openLine } from './connection.ts';
import { createLog } from './log.ts';
import { shortTime } from './print.ts';
import type { ResolvedSettings } from './sources.ts';
import type { World } from './world.ts';

/** The sign-ins of this machine: our own accounts and what else is found. */
export interface SignIns {
  readonly accounts: Accounts;
  readonly line: Line;
  describe(): Promise<AccountInfo>;
  /** Settles when the sign-in that counts can be used. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the sign-ins; nothing is read or sent before something is asked. */
export async function openSignIns(resolved: ResolvedSettings, world: World): Promise<SignIns> {
  const [{ createAuth }, accounts, line] = await Promise.all([
    import('../kiro/auth/auth.ts'),
    openAccounts(world),
    openLine(resolved, world),
  ]);
  const log = createLog({ logLevel: 'silent', logFormat: 'text' }, world);
  const auth = createAuth(authOptions(resolved, world, line, log));
  return {
    accounts,
    line,
    describe: auth.describe,
    check: async signal => void (await auth.login(signal)),
    async close() {
      await auth.close();
      await line.transport.close();
    },
  };
}

/** The accounts that `login` made. */
export async function openAccounts({ folders, keychain }: Pick<World, 'folders' | 'keychain'>): Promise<Accounts> {
  const { createAccounts } = await import('../kiro/auth/sources/accounts.ts');
  return createAccounts({ folder: folders.config, keychain });
}

/** Those that other programs of this machine keep, and that can be used. */
export function listOutside({ found }: AccountInfo): readonly FoundAccount[] {
  const seen = new Set<string>();
  return found.filter(({ id, place, isLive, isRenewable, problem }) => {
    const isUsable = place in outside && (isLive || isRenewable) && problem === undefined && !seen.has(id);
    seen.add(id);
    return isUsable;
  });
}

/** The programs that may be signed in already, as `--method` names them. */
export const outside = { ide: 'Kiro IDE', 'kiro-cli': 'kiro-cli', 'amazon-q': 'Amazon Q' } as const;

/** A sign-in in a few words: who, of what kind, until when. */
export function writeSignIn(account: FoundAccount, now: number): string {
  const { name, provider, kind, email, startUrl, expiresAt, isLive, isRenewable } = account;
  const left = expiresAt === undefined ? undefined : shortTime(expiresAt - now);
  const life = left === undefined ? '' : isLive ? `token lives ${left}` : 'token has expired';
  const renewal = isRenewable ? 'renews itself' : 'cannot be renewed';
  const who = [email, provider ?? kind, startUrl, [life, renewal].filter(Boolean).join(' and ')].filter(Boolean);
  return `${name}: ${who.join(', ')}`;
}
