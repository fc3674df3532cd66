import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { Auth } from '../kiro/auth/auth.ts';
import type { Kiro, KiroOptions } from '../kiro/client.ts';
import type { MediaOptions } from '../kiro/media/media.ts';
import type { PieceOptions } from '../kiro/media/read-piece.ts';
import type { Transport } from '../kiro/transport.ts';
import { authOptions, openLine, proxiesOf } from './connection.ts';
import { createLog } from './log.ts';
import type { Settings } from './settings.ts';
import { shrinkImage } from './shrink-image.ts';
import type { ResolvedSettings } from './sources.ts';
import type { World } from './world.ts';

/** The service behind the user's sign-in: the one place where the vendor is put together. */
export interface Gateway {
  readonly kiro: Kiro;
  readonly auth: Auth;
  /** How files are read and fetched for a question. */
  readonly media: PieceOptions;
  /** Lets go of connections; a renewal under way is stored before. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  /** One for people on standard error, when left out. */
  readonly log?: Log;
  /** Stands an emulator on this machine in for the service and for the sign-in. */
  readonly emulator?: boolean;
  /** Lets somebody look on at the calls of the service. */
  readonly witnessed?: (transport: Transport) => Transport;
  /** Told of every further attempt at an answer. */
  readonly onRetry?: KiroOptions['onRetry'];
  /** Told what became of images and documents. */
  readonly onMedia?: MediaOptions['onRead'];
}

/** Opens the way to the service. Nothing is sent or read before something is asked. */
export async function openGateway(
  resolved: ResolvedSettings,
  world: World,
  options: GatewayOptions = {},
): Promise<Gateway> {
  const log = options.log ?? createLog({ logLevel: quieter(resolved), logFormat: 'text' }, world);
  if (options.emulator) return openEmulated(resolved, world, log, options);
  return open(options.log === undefined ? hurried(resolved) : resolved, world, log, options);
}

// A command that answers a question has little to say about its way there.
const quieter = ({ settings, origins }: ResolvedSettings) =>
  origins.logLevel.kind === 'default' ? 'error' : settings.logLevel;

// Nor does a person wait for long, where nothing says how long.
function hurried({ settings, origins }: ResolvedSettings): ResolvedSettings {
  const { connectTimeout } = settings;
  const isSet = origins.connectTimeout.kind !== 'default';
  return { settings: { ...settings, connectTimeout: isSet ? connectTimeout : shortConnectTimeout }, origins };
}

const shortConnectTimeout = 5000;

async function open(
  resolved: ResolvedSettings,
  world: World,
  log: Log,
  { emulator: isEmulated = false, witnessed, onRetry, onMedia }: GatewayOptions,
): Promise<Gateway> {
  const [{ createAuth }, { createKiro }, { createCounts }, { createMedia }, { viaProxy }, line] = await Promise.all([
    import('../kiro/auth/auth.ts'),
    import('../kiro/client.ts'),
    import('../kiro/counts.ts'),
    import('../kiro/media/media.ts'),
    import('../kiro/proxies.ts'),
    openLine(resolved, world, witnessed),
  ]);
  const counts = createCounts();
  const auth = createAuth({ ...authOptions(resolved, world, line, log), onRenewal: counts.renewed });
  const { mediaAllowPrivate: allowPrivate, mediaFetchTimeout: fetchTimeout } = resolved.settings;
  const isProxied = viaProxy(proxiesOf(resolved.settings, world.env));
  const proxied = (url: URL) => (isProxied(url) ? line.transport : undefined);
  const media = { shrinkImage, allowPrivate, fetchTimeout, proxied };
  const kiro = createKiro({
    auth,
    connection: line.connection,
    log,
    settings: resolved.settings,
    counts,
    ...(onRetry === undefined ? {} : { onRetry }),
    resolveMedia: createMedia({ now: world.now, ...media, ...(onMedia === undefined ? {} : { onRead: onMedia }) })
      .resolve,
    // What an emulator lists is not to be taken for what the account has.
    ...(isEmulated ? {} : { cacheDir: cacheFolder(resolved.settings, world) }),
  });
  return {
    kiro,
    auth,
    media,
    async close() {
      await auth.close();
      await line.transport.close();
    },
  };
}

// What one service has listed is not to be taken for what another has.
function cacheFolder({ managementUrl }: Settings, { folders }: World): string {
  return managementUrl === undefined
    ? folders.cache
    : join(folders.cache, new URL(managementUrl).host.replaceAll(/[^\w.-]/g, '-'));
}

async function openEmulated(
  resolved: ResolvedSettings,
  world: World,
  log: Log,
  options: GatewayOptions,
): Promise<Gateway> {
  const { startEmulator } = await import('../emulator/emulator.ts');
  const emulator = await startEmulator({ pace: 25, remember: 100 });
  const gateway = await open(...emulated(resolved, world, emulator), log, options);
  return {
    ...gateway,
    async close() {
      await gateway.close();
      await emulator.close();
    },
  };
}

/** Settings and a world in which the emulator is the service and the only sign-in. */
function emulated(resolved: ResolvedSettings, world: World, { url, credentials }: Emulator): [ResolvedSettings, World] {
  const addresses = { runtimeUrl: url, managementUrl: url, oidcUrl: url, authUrl: url, proxy: undefined };
  const names = { account: undefined, credsFile: undefined, cliDb: undefined };
  const settings = { ...resolved.settings, ...addresses, ...names };
  return [
    { ...resolved, settings },
    { ...world, env: { KIRO_API_KEY: credentials.apiKey().accessToken } },
  ];
}
