import type { Command } from 'commander';
import type { StoredAccount } from '../../kiro/auth/sources/accounts.ts';
import { addConfigFlag, settingsOf } from '../options.ts';
import { type Column, paint, writeTable } from '../print.ts';
import { listOutside, openAccounts, openSignIns, writeSignIn } from '../sign-ins.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** `kiro-gw accounts`: the sign-ins that `login` made. */
export function addAccounts(program: Command, world: World): void {
  const command = program
    .command('accounts')
    .summary('list, choose, rename and forget accounts')
    .description('The accounts that "kiro-gw login" made. One is active; --account or KIRO_ACCOUNT names another.');
  const add = (usage: string, description: string): Command =>
    addConfigFlag(command.command(usage).description(description));

  const list = add('list', 'list the accounts').option('--json', 'write JSON instead of a table');
  list.action(() => runAccountsList(settingsOf(list, world), world, list.opts<{ json?: true }>()));
  add('use [name]', 'make an account the active one; without a name, what is found on this machine').action(
    async (name: string | undefined) => (await openAccounts(world)).use(name),
  );
  add('rename <name> <new>', 'rename an account').action(async (name: string, other: string) =>
    (await openAccounts(world)).rename(name, other),
  );
  add('remove <name>', 'forget an account').action(
    async (name: string) => void (await (await openAccounts(world)).remove(name)),
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
    if (all.length > 0) world.output.write(writeTable(all, columns, world.output.columns));
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
      const [outside] = listOutside(await signIns.describe());
      const where = outside === undefined ? '' : ` The sign-in of ${outside.name} is not ours to end.`;
      world.errors.write(`No account of kiro-gw is active; there is nothing to forget.${where}\n`);
      return;
    }
    const credential = await signIns.accounts.remove(chosen);
    const { signOut } = await import('../../kiro/auth/login/logout.ts');
    const isTold = await signOut(signIns.line.exchange, credential);
    const also = isTold ? ', and its session has ended' : '';
    world.errors.write(`Account "${chosen}" is forgotten${also}.\n`);
  } finally {
    await signIns.close();
  }
}

const columns: readonly Column<StoredAccount>[] = [
  { title: '', read: ({ isActive }) => (isActive ? '*' : ' ') },
  { title: 'NAME', read: ({ name }) => name },
  { title: 'KIND', read: ({ credential }) => credential.provider ?? credential.kind },
  { title: 'START URL', read: ({ credential }) => credential.startUrl ?? '' },
  { title: 'EXPIRES', read: ({ credential }) => writeTime(credential.expiresAt) },
  { title: 'KEPT IN', read: ({ keychain }) => (keychain ? 'keychain' : 'file') },
];
const writeTime = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toLocaleString());
