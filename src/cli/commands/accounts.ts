import type { Command } from 'commander';
import type { Accounts, StoredAccount } from '../../kiro/auth/sources/accounts.ts';
import { openLine } from '../connection.ts';
import { addConfigFlag, settingsOf } from '../options.ts';
import { type Column, writeTable } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** `kiro-gw accounts`: the sign-ins that `login` made. */
export function addAccounts(program: Command, world: World): void {
  const command = program
    .command('accounts')
    .summary('list, choose, rename and forget accounts')
    .description('The accounts that "kiro-gw login" made. One is active; --account or KIRO_ACCOUNT names another.');
  const add = (usage: string, description: string): Command => command.command(usage).description(description);

  const list = add('list', 'list the accounts').option('--json', 'write JSON instead of a table');
  list.action(() => runAccountsList(world, list.opts<{ json?: true }>()));
  add('use <name>', 'make an account the active one').action(async (name: string) => (await open(world)).use(name));
  add('rename <name> <new>', 'rename an account').action(async (name: string, other: string) =>
    (await open(world)).rename(name, other),
  );
  add('remove <name>', 'forget an account').action(
    async (name: string) => void (await (await open(world)).remove(name)),
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

/** Writes the accounts without their secrets. */
export async function runAccountsList(world: World, options: { readonly json?: true }): Promise<void> {
  const all = await (await open(world)).list();
  if (options.json) world.output.write(`${JSON.stringify(all, null, 2)}\n`);
  else if (all.length > 0) world.output.write(writeTable(all, columns, world.output.columns));
  else world.errors.write('There are no accounts yet. Make one with: kiro-gw login\n');
}

/** Forgets an account. */
export async function runLogout(resolved: ResolvedSettings, world: World, name: string | undefined): Promise<void> {
  const accounts = await open(world);
  const chosen = name ?? (await accounts.active());
  if (chosen === undefined) {
    world.errors.write('No account of kiro-gw is active; there is nothing to forget.\n');
    return;
  }
  const credential = await accounts.remove(chosen);
  const [{ signOut }, line] = await Promise.all([import('../../kiro/auth/login/logout.ts'), openLine(resolved, world)]);
  await signOut(line.exchange, credential);
  await line.transport.close();
  world.errors.write(`Account "${chosen}" is forgotten.\n`);
}

async function open({ folders }: World): Promise<Accounts> {
  const { createAccounts } = await import('../../kiro/auth/sources/accounts.ts');
  return createAccounts({ folder: folders.config });
}

const columns: readonly Column<StoredAccount>[] = [
  { title: '', read: ({ isActive }) => (isActive ? '*' : ' ') },
  { title: 'NAME', read: ({ name }) => name },
  { title: 'KIND', read: ({ credential }) => credential.provider ?? credential.kind },
  { title: 'START URL', read: ({ credential }) => credential.startUrl ?? '' },
  { title: 'EXPIRES', read: ({ credential }) => writeTime(credential.expiresAt) },
];
const writeTime = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toLocaleString());
