import type { Log } from '../core/log.ts';
import type { AuthOptions } from '../kiro/auth/auth.ts';
import type { Exchange } from '../kiro/auth/exchange.ts';
import type { Connection } from '../kiro/connection.ts';
import type { Transport } from '../kiro/transport.ts';
import { names, type Settings, table } from './settings.ts';
import type { ResolvedSettings } from './sources.ts';
import type { World } from './world.ts';

/** The network as the settings want it, without an account yet. */
export interface Line {
  readonly transport: Transport;
  readonly connection: Connection;
  /** How the services that give out tokens are reached. */
  readonly exchange: Exchange;
}

/** Prepares the way to the service; nothing is sent before something is asked. */
export async function openLine(
  { settings }: ResolvedSettings,
  world: World,
  witnessed: (transport: Transport) => Transport = transport => transport,
): Promise<Line> {
  const [{ createTransport }, { createConnection }] = await Promise.all([
    import('../kiro/transport.ts'),
    import('../kiro/connection.ts'),
  ]);
  const transport = createTransport({
    ...defined(proxiesOf(settings, world.env)),
    ...(settings.maxConnections === 0 ? {} : { maxConnections: settings.maxConnections }),
    connectTimeout: settings.connectTimeout,
    keepAliveTimeout: settings.keepAlive,
  });
  const connection = createConnection({
    transport: witnessed(transport),
    version: world.build.version,
    platform: world.platform,
    runtimeVersion: world.build.runtimeVersion,
    endpoint: settings.endpoint,
    runtimeUrl: settings.runtimeUrl,
    managementUrl: settings.managementUrl,
    userAgent: settings.userAgent,
  });
  return { transport, connection, exchange: exchangeOf(settings, world, transport) };
}

/** What finding and renewing sign-ins needs of the settings. */
export function authOptions(resolved: ResolvedSettings, world: World, line: Line, log: Log): AuthOptions {
  const { settings } = resolved;
  return {
    ...chosenByFlag(resolved),
    ...line.exchange,
    env: environmentOf(resolved, world),
    home: world.folders.home,
    platform: world.platform,
    configDir: world.folders.config,
    log,
    keychain: world.keychain,
    listProfiles: line.connection.listProfiles,
    profileArn: settings.profileArn,
    region: settings.region,
  };
}

function exchangeOf(settings: Settings, world: World, transport: Transport): Exchange {
  return {
    transport,
    now: world.now,
    userAgent: settings.userAgent ?? `kiro-gw/${world.build.version}`,
    authUrl: settings.authUrl,
    oidcUrl: settings.oidcUrl,
    idpHosts: settings.idpHosts,
  };
}

// A sign-in that a flag names counts before one that the environment names, whatever its kind.
function chosenByFlag({ settings, origins }: ResolvedSettings) {
  const ifFlag = <T>(name: 'account' | 'credsFile' | 'cliDb', value: T): T | undefined =>
    origins[name].kind === 'flag' ? value : undefined;
  return {
    account: ifFlag('account', settings.account),
    credsFile: ifFlag('credsFile', settings.credsFile),
    databaseFile: ifFlag('cliDb', settings.cliDb),
  };
}

// What the configuration file holds, and over it the environment itself.
function environmentOf({ origins }: ResolvedSettings, { env }: World): World['env'] {
  const kept = names.flatMap(name => {
    const { kind, text } = origins[name];
    return kind === 'file' && text !== undefined ? [[table[name].env, text]] : [];
  });
  return { ...Object.fromEntries(kept), ...env };
}

/** The proxies that are set. */
export function proxiesOf({ proxy }: Settings, env: World['env']) {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  return {
    proxy,
    httpProxy: read('HTTP_PROXY'),
    httpsProxy: read('HTTPS_PROXY'),
    allProxy: read('ALL_PROXY'),
    noProxy: read('NO_PROXY'),
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
