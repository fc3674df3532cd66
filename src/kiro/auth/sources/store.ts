import type { Accounts } from './accounts.ts';
import type { Source } from './source.ts';

/** An account of our own store as a place of a sign-in. */
export function createStored(accounts: Accounts, name: string): Source {
  return {
    id: `${accounts.path}#${name}`,
    place: 'store',
    name: `account "${name}"`,
    path: accounts.path,
    account: name,
    signIn: `run kiro-gw login${name === 'default' ? '' : ` --as ${name}`}`,
    watched: [accounts.path],
    read: () => accounts.read(name),
    write: (used, renewed) => accounts.update(name, used, renewed),
    isWritable: accounts.isWritable,
  };
}
