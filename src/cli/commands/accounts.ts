import type { Command } from 'commander';
import type { Accounts, StoredAccount } from '../../kiro/auth/sources/accounts.ts';
import { addConfigFlag, settingsOf } from '../options.ts';
import { type Column, paint, shortTime, writeTable } from '../print.ts';
import { listOutside, openAccounts, openSignIns, type SignIns, writeSignIn } from '../sign-ins.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** `kiro-gw accounts`: the sign-ins that `login` made. */
export function addAccounts(program: Command, world: World): void {
  const command = program
    .command('accounts')
    .summary('list, choose, rename and forget accounts')
    .description('The accounts that "kiro-gw login" made. One is active; --account or KIRO_ACCOUNT names another.')
    .addHelpText('after', examples);
  const add = (usage: string, description: string): Command =>
    addConfigFlag(command.command(usage).description(description));

  const list = add('list', 'list the accounts').option('--json', 'write JSON instead of a table');
  list.action(() => runAccountsList(settingsOf(list, world), world, list.opts<{ json?: true }>()));
  const change =
    (work: (accounts: Accounts, ...names: string[]) => Promise<string>) => async (name: string, to: string) =>
      void world.errors.write(`${await work(await openAccounts(world), name, to)}\n`);
  add('use [name]', 'make an account the active one; without a name, what is found on this machine').action(
    change(useAccount),
  );
  add('rename <name> <new>', 'rename an account').action(
    change(async (accounts, name = '', other = '') => {
      await accounts.rename(name, other);
      return `Account "${name}" is called "${other}" now.`;
    }),
  );
  add('remove <name>', 'forget an account').action(
    change(async (accounts, name = '') => {
      await accounts.remove(name);
      return `Account "${name}" is forgotten.${writeActive(await accounts.active())}`;
    }),
  );
}

/** `kiro-gw logout`: forgets an account, and tells the service where it can be told. */
export function addLogout(program: Command, world: World): void {
  const command = program
    .command('logout')
    .summary('forget the active account')
    .description(
      'Forget an account that "kiro-gw login" made, and end its session at the service where that is possible.',
    )
    .argument('[name]', 'the account; the active one when not given');
  addConfigFlag(command).action((name: string | undefined) => runLogout(settingsOf(command, world), world, name));
}

async function useAccount(accounts: Accounts, name?: string): Promise<string> {
  await accounts.use(name);
  if (name !== undefined) return `Account "${name}" is active now.`;
  return 'No account is active now: what other programs of this machine keep counts. See: kiro-gw accounts list';
}

const writeActive = (name: string | undefined): string => (name === undefined ? '' : ` Active now: "${name}".`);

/** Writes the accounts without their secrets, and what other programs of this machine keep. */
export async function runAccountsList(
  resolved: ResolvedSettings,
  world: World,
  options: { readonly json?: true },
): Promise<void> {
  const signIns = await openSignIns(resolved, world);
  try {
    const all = await signIns.accounts.list();
    if (options.json) {
      world.output.write(`${JSON.stringify(all, null, 2)}\n`);
      return;
    }
    if (all.length > 0) world.output.write(writeTable(all, columnsAt(world.now()), world.output.columns));
    else world.errors.write('There are no accounts yet. Make one with: kiro-gw login\n');
    for (const account of listOutside(await signIns.describe())) {
      const use = account.isUsed ? ' — in use' : '';
      world.errors.write(paint(world.errors).dim(`Also on this machine: ${writeSignIn(account, world.now())}${use}\n`));
    }
  } finally {
    await signIns.close();
  }
}

/** Forgets an account. */
export async function runLogout(resolved: ResolvedSettings, world: World, name: string | undefined): Promise<void> {
  const signIns = await openSignIns(resolved, world);
  try {
    const chosen = name ?? resolved.settings.account ?? (await signIns.accounts.active());
    if (chosen === undefined) {
      world.errors.write(`No account of kiro-gw is active; there is nothing to forget. ${await writeNext(signIns)}\n`);
      return;
    }
    const credential = await signIns.accounts.remove(chosen);
    const { signOut } = await import('../../kiro/auth/login/logout.ts');
    const isTold = await signOut(signIns.line.exchange, credential);
    const also = isTold ? ', and its session has ended' : '';
    world.errors.write(`Account "${chosen}" is forgotten${also}.${writeActive(await signIns.accounts.active())}\n`);
  } finally {
    await signIns.close();
  }
}

// What somebody may have meant who had no account to forget.
async function writeNext({ accounts, describe }: SignIns): Promise<string> {
  const [other] = await accounts.list();
  if (other !== undefined) return `Name one of these: ${(await accounts.list()).map(({ name }) => name).join(', ')}`;
  const [outside] = listOutside(await describe());
  if (outside !== undefined) return `The sign-in of ${outside.name} is not ours to end: sign out there.`;
  return 'To sign in: kiro-gw login';
}

const columnsAt = (now: number): readonly Column<StoredAccount>[] => [
  { title: '', read: ({ isActive }) => (isActive ? '*' : ' ') },
  { title: 'NAME', read: ({ name }) => name },
  { title: 'KIND', read: ({ credential }) => credential.provider ?? credential.kind },
  { title: 'START URL', read: ({ credential }) => credential.startUrl ?? '' },
  { title: 'TOKEN', read: ({ credential: { expiresAt } }) => (expiresAt === undefined ? '' : lifeOf(expiresAt - now)) },
  { title: 'KEPT IN', read: ({ keychain }) => (keychain ? 'keychain' : 'file') },
];
const lifeOf = (left: number): string => (left > 0 ? `lives ${shortTime(left)}` : 'expired');

const examples = `
Examples:
  kiro-gw login --as work         make another one
  kiro-gw accounts list
  kiro-gw accounts use work
  kiro-gw chat --account home "hello"
`;
