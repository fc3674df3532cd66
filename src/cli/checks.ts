import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { ChatError, toChatError } from '../core/errors.ts';
import type { AccountInfo, FoundAccount } from '../kiro/auth/describe.ts';
import { addressOf, isGateway } from './address.ts';
import type { Gateway } from './gateway.ts';
import { keyFile } from './key.ts';
import { shortTime } from './print.ts';
import { keyOf, names } from './settings.ts';
import { type ResolvedSettings, shown } from './sources.ts';
import type { World } from './world.ts';

/** One fact that doctor states. */
export interface Fact {
  readonly state: 'fine' | 'notable' | 'broken';
  readonly topic: string;
  readonly text: string;
  /** The command that mends it. */
  readonly mend?: string;
}

export interface Patient {
  readonly resolved: ResolvedSettings;
  readonly world: World;
  readonly gateway: Gateway;
  readonly signal: AbortSignal;
}

type Check = (patient: Patient) => Promise<readonly Fact[]>;

/** All checks side by side; their facts in the order of the table. One that fails is a fact, too. */
export async function examine(patient: Patient): Promise<readonly Fact[]> {
  const facts = await Promise.all(
    Object.entries(checks).map(([topic, check]) =>
      Promise.race([check(patient), expiry(patient.signal)]).catch((thrown: unknown) => [failed(topic, thrown)]),
    ),
  );
  return facts.flat();
}

/** Never settles before the signal, whatever the network does. */
const expiry = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new ChatError('timeout', 'No answer came in time.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

function failed(topic: string, thrown: unknown): Fact {
  const { kind, message } = toChatError(thrown);
  return { state: 'broken', topic, text: message, ...(kind === 'login' ? { mend: 'kiro-gw login' } : {}) };
}

const checks: Readonly<Record<string, Check>> = {
  async program({ world: { build } }) {
    return [
      fine('program', `kiro-gw ${build.version} (${build.commit}), ${build.target}, bun ${build.runtimeVersion}`),
    ];
  },

  async settings({ resolved: { file, origins } }) {
    const changed = names.filter(name => origins[name].kind !== 'default');
    return [
      fine('settings', file === undefined ? 'no configuration file' : `configuration file ${file}`),
      ...changed.map(name =>
        fine('settings', `${keyOf(name)} ${shown(name, origins[name])} (from ${origins[name].from})`),
      ),
    ];
  },

  async key({ resolved: { settings }, world }) {
    if (settings.key !== undefined) return [fine('key', 'set by PROXY_API_KEY')];
    const file = keyFile(world);
    if (!existsSync(file)) return [fine('key', `none yet; the first start makes one and keeps it in ${file}`)];
    const open = world.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
    if (!open) return [fine('key', `kept in ${file}`)];
    return [{ state: 'notable', topic: 'key', text: `others can read ${file}`, mend: `chmod 600 ${file}` }];
  },

  async signIn({ gateway, world }) {
    const info = await gateway.auth.describe();
    return [...info.found.map(account => describeAccount(account, world.now())), ...verdict(info)];
  },

  async service({ gateway, world }) {
    if (!(await isSignedIn(gateway))) return [];
    const startedAt = world.now();
    const { models, source } = await gateway.kiro.modelList(true);
    const time = shortTime(world.now() - startedAt);
    if (source === 'live') return [fine('service', `lists ${models.length} models, in ${time}`)];
    await gateway.kiro.ready();
    return [{ state: 'broken', topic: 'service', text: 'does not list its models', mend: 'kiro-gw models --refresh' }];
  },

  async quota({ gateway, signal }) {
    if (!(await isSignedIn(gateway))) return [];
    const { used, limit, unit, plan } = await gateway.kiro.usage(signal);
    const text = `${round(used)} of ${round(limit)} ${unit} used${plan === undefined ? '' : ` (${plan})`}`;
    return [used < limit || limit === 0 ? fine('quota', text) : { state: 'notable', topic: 'quota', text }];
  },

  async port({ resolved: { settings, origins } }) {
    const address = addressOf(settings);
    const where = `${settings.host}, port ${settings.port} (from ${origins.port.from})`;
    if (await isGateway(address)) return [fine('port', `a gateway answers at ${address}`)];
    const problem = await listenProblem(settings.host, settings.port);
    if (problem === undefined) return [{ ...fine('port', `${where} is free`), mend: 'kiro-gw serve' }];
    const text = `${where} cannot be used: ${problem}`;
    return [{ state: 'broken', topic: 'port', text, mend: 'kiro-gw config set port 8001' }];
  },
};

// Without a sign-in there is one thing to mend, and saying it once is enough.
const isSignedIn = async ({ auth }: Gateway): Promise<boolean> => (await auth.describe()).used !== undefined;

const fine = (topic: string, text: string): Fact => ({ state: 'fine', topic, text });
const round = (value: number): number => Math.round(value * 100) / 100;

function describeAccount(account: FoundAccount, now: number): Fact {
  const { name, path, kind, provider, email, expiresAt, problem, isLive, isRenewable, isUsed } = account;
  const life = expiresAt === undefined ? '' : isLive ? `token lives ${shortTime(expiresAt - now)}` : 'token expired';
  const who = [provider ?? kind, email, life, isRenewable ? 'renewable' : ''].filter(Boolean).join(', ');
  const place = path === undefined ? name : `${name} (${path})`;
  const text = `${place}: ${problem ?? who}${isUsed ? ' — in use' : ''}`;
  const isFine = problem === undefined && (isLive || isRenewable);
  return { state: isFine ? 'fine' : 'notable', topic: 'sign-in', text };
}

function verdict({ used, why, problem }: AccountInfo): readonly Fact[] {
  if (used === undefined) {
    return [{ state: 'broken', topic: 'sign-in', text: problem ?? 'none found', mend: 'kiro-gw login' }];
  }
  const region = used.apiRegion === undefined ? '' : `, region ${used.apiRegion}`;
  return [fine('sign-in', `${why ?? 'in use'}${region}${used.profileArn === undefined ? '' : `, ${used.profileArn}`}`)];
}

function listenProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
