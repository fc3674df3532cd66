import { existsSync, readFileSync } from 'node:fs';
import type { Model } from '../../core/model.ts';
import { addressOf } from '../address.ts';
import type { SetupFacts } from '../clients/client.ts';
import { loadLanguage, valueAt } from '../clients/documents.ts';
import { type ClientName, clientNames, clients } from '../clients/index.ts';
import { detectShell, usageIn } from '../shells.ts';
import { type Check, type Fact, fine, notable, type Patient } from './fact.ts';

/** Where the programs of this machine are pointed: by the variables of this shell, and by their own configuration. */
export const checkClients: Check = async patient => {
  const address = addressOf(patient.resolved.settings);
  const inFiles = await Promise.all(clientNames.map(name => checkClient(name, address, patient)));
  const facts = [...checkVariables(address, patient), ...inFiles.flat()];
  return facts.length === 0
    ? [fine('clients', 'none is configured yet; kiro-gw setup lists those that can be')]
    : facts;
};

function checkVariables(address: string, { world }: Patient): readonly Fact[] {
  return variables.flatMap(name => {
    const value = world.env[name];
    if (!value) return [];
    if (leadsTo(address, value)) return [fine('clients', `${name} points here`)];
    const mend = usageIn(detectShell(world), 'kiro-gw env');
    return [notable('clients', `${name} points to ${withoutSecret(value)}, not to ${address}`, mend)];
  });
}

async function checkClient(name: ClientName, address: string, patient: Patient): Promise<readonly Fact[]> {
  const { title, files } = clients[name];
  const found = await Promise.all(
    files(setupFacts(address, patient)).map(async ({ path, form, edits }) => {
      if (!existsSync(path)) return [];
      try {
        const document = (await loadLanguage(form)).read(readFileSync(path, 'utf8'));
        const values = edits.map(({ path: place }) => valueAt(document, place));
        return [...new Set(values.flatMap(addressesIn))].map(value => ({ path, value }));
      } catch (error) {
        return [{ path, problem: (error as Error).message }];
      }
    }),
  );
  return found.flat().map(one => {
    if ('problem' in one) return notable('clients', `${title}: ${one.path} cannot be read: ${one.problem}`);
    if (leadsTo(address, one.value)) return fine('clients', `${title} points here (${one.path})`);
    const text = `${title} points to ${withoutSecret(one.value)}, not to ${address} (${one.path})`;
    return notable('clients', text, `kiro-gw setup ${name} --write`);
  });
}

// What is asked of a client is only where its files are, and at which places in them it has an address.
function setupFacts(address: string, { world }: Patient): SetupFacts {
  const model: Model = { id: 'auto', name: 'auto', inputs: ['text'], efforts: [], thinks: false, isDefault: true };
  return {
    address,
    key: '',
    keyCommand: [...world.program, 'key'],
    withKey: false,
    models: [model],
    model: model.id,
    isModelChosen: false,
    env: world.env,
    home: world.folders.home,
    platform: world.platform,
    exists: existsSync,
  };
}

function addressesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return /^https?:\/\//.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(addressesIn) : [];
}

const leadsTo = (address: string, value: string): boolean =>
  URL.canParse(value) && local(new URL(value).origin) === local(new URL(address).origin);

const local = (origin: string): string =>
  origin.replace('//localhost', '//127.0.0.1').replace('//[::1]', '//127.0.0.1');

function withoutSecret(value: string): string {
  if (!URL.canParse(value)) return 'no address';
  const { origin, pathname } = new URL(value);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}

const variables = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_BASE'];
