import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ChatError, toChatError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Server } from '../../server/app.ts';
import { addressOf, isGateway } from '../address.ts';
import { writeBanner } from '../banner.ts';
import type { Capture } from '../capture/capture.ts';
import { openCapture } from '../capture/open.ts';
import { envCommand, placeFlags } from '../env-command.ts';
import { Ended, UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { introduce } from '../introduce.ts';
import { type GatewayKey, readKeys } from '../key.ts';
import { createLog, logFormat } from '../log.ts';
import { addSettings, settingsOf } from '../options.ts';
import { writeRequestLine } from '../request-line.ts';
import { onAskedToStop, tellRunning } from '../running/record.ts';
import type { Settings } from '../settings.ts';
import { detectShell, usageIn } from '../shells.ts';
import type { ResolvedSettings } from '../sources.ts';
import { openTracing, type Tracing } from '../tracing.ts';
import type { Signal, World } from '../world.ts';

interface ServeOptions {
  readonly emulator?: true;
  readonly background?: true;
}

/** `kiro-gw serve`: the gateway itself. */
export function addServe(program: Command, world: World): void {
  const command = program
    .command('serve')
    .summary('start the gateway')
    .description('Start the gateway: it answers the OpenAI and Anthropic APIs until it is told to stop.')
    .option('--emulator', 'answer from an emulator on this machine, to try things without an account')
    .option('--background', 'start it as a process of its own, and come back when it listens')
    .addHelpText('after', examples);
  addSettings(command, 'server', 'account', 'log').action(async () => {
    const resolved = settingsOf(command, world);
    const options = command.opts<ServeOptions>();
    if (!options.background) return runServe(resolved, world, options);
    const { startInBackground } = await import('../running/background.ts');
    await startInBackground(resolved, world);
  });
}

/** Serves until a signal to stop; a second one leaves at once. */
export async function runServe(resolved: ResolvedSettings, world: World, options: ServeOptions): Promise<void> {
  const { settings } = resolved;
  const keys = readKeys(settings, world);
  const log = createLog(settings, world);
  world.onFault(fault => log.error('An error that nobody caught; please report it.', { fault }));
  const tracing = await openTracing(world, log);
  const capture = await openCapture(settings, world, log, keys.all);
  const gateway = await openGateway(resolved, world, {
    log,
    emulator: options.emulator === true,
    ...(capture === undefined ? {} : { witnessed: capture.transport, onMedia: capture.media }),
  });
  let takeBack: (() => void) | undefined;
  try {
    const stopping = nextSignal(world);
    const server = await createServer(settings, world, gateway, { log, keys: keys.all, capture, tracing });
    const { url } = await listen(server, resolved, world);
    takeBack = tellRunning(
      {
        pid: process.pid,
        url: addressOf({ ...settings, port: Number(new URL(url).port) }),
        version: world.build.version,
        startedAt: world.now(),
      },
      world,
    );
    const isJson = settings.logFormat === 'json';
    const facts = {
      version: world.build.version,
      url,
      keys,
      shell: detectShell(world),
      emulated: !!options.emulator,
      env: envCommand(url, resolved),
    };
    if (isJson) log.info('listening', { url, version: facts.version, emulator: facts.emulated });
    else world.output.write(writeBanner(facts, world.output));
    const welcome = introduce(gateway, { world, log, isJson, isEmulated: facts.emulated });

    const signal = await stopping;
    const closing = server.close(settings.shutdownTimeout);
    if (server.open() > 0) {
      const seconds = Math.round(settings.shutdownTimeout / 1000);
      log.info(`${signal}: ${answers(server.open())} may finish within ${seconds} s; a second signal leaves at once`);
    }
    const { cut } = await closing;
    await welcome;
    if (cut > 0) {
      log.warn(`${answers(cut)} had to be cut`);
      throw new Ended('failed');
    }
  } finally {
    takeBack?.();
    await gateway.close();
    await Promise.all([capture?.settled(), tracing?.close()]);
  }
}

interface Surroundings {
  readonly log: Log;
  readonly keys: readonly GatewayKey[];
  readonly capture: Capture | undefined;
  readonly tracing: Tracing | undefined;
}

async function createServer(
  settings: Settings,
  world: World,
  gateway: Gateway,
  { log, keys, capture, tracing }: Surroundings,
): Promise<Server> {
  const [server, { dialects }] = await Promise.all([import('../../server/app.ts'), import('../../dialects/index.ts')]);
  const asText = logFormat(settings, world) === 'text';
  return server.createServer({
    backend: gateway.kiro,
    dialects,
    keys,
    host: settings.host,
    port: settings.port,
    log,
    version: world.build.version,
    readings: gateway.kiro.readings,
    limits: { bodyBytes: settings.maxBody * 1024 * 1024 },
    corsOrigins: settings.corsOrigins,
    allowedHosts: settings.allowedHosts,
    ...tlsOf(settings),
    ...(capture === undefined ? {} : { witness: capture.witness }),
    onRequest: record => {
      tracing?.count(record);
      if (!asText) log.info('request', { ...record });
      else if (settings.logLevel !== 'silent') world.errors.write(writeRequestLine(record, world.now(), world.errors));
    },
  });
}

function tlsOf({ tlsCert, tlsKey }: Settings): { tls?: { cert: string; key: string } } {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined)
    throw new UsageError('HTTPS needs both: --tls-cert (TLS_CERT) and --tls-key (TLS_KEY).');
  const read = (variable: string, file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new UsageError(`${variable} cannot be read from ${file}: ${fileProblem(error)}.`);
    }
  };
  return { tls: { cert: read('TLS_CERT', tlsCert), key: read('TLS_KEY', tlsKey) } };
}

async function listen(server: Server, resolved: ResolvedSettings, world: World): Promise<{ url: string }> {
  try {
    return await server.listen();
  } catch (thrown) {
    const error = toChatError(thrown);
    if (error.code !== 'EADDRINUSE') throw error;
    const { port } = resolved.settings;
    const address = addressOf(resolved.settings);
    if (await isGateway(address)) {
      const use = usageIn(detectShell(world), envCommand(address, resolved));
      throw new UsageError(
        `Port ${port} is taken by another kiro-gw. Use that one (${use}), stop it (kiro-gw stop${placeFlags(resolved)}), or start this one with --port 0.`,
      );
    }
    const { findOwner } = await import('../port.ts');
    const owner = await findOwner(port, world.platform);
    if (owner === undefined) throw error;
    throw new ChatError(
      'internal',
      `Port ${port} is taken by ${owner}. Stop that program, or take a free port: --port 0`,
    );
  }
}

function nextSignal(world: World): Promise<Signal> {
  return new Promise(resolve => {
    let asked = false;
    const heed = (signal: Signal): void => {
      if (asked) world.leave(codes[signal]);
      asked = true;
      // After the terminal's own ^C.
      if (signal === 'SIGINT' && world.errors.isTerminal) world.errors.write('\n');
      resolve(signal);
    };
    world.onSignal(heed);
    if (world.platform === 'win32') onAskedToStop(process.pid, world, () => heed('SIGTERM'));
  });
}

const answers = (count: number): string => `${count} answer${count === 1 ? '' : 's'}`;

// What a shell reports for a program that such a signal ended.
const codes: Readonly<Record<Signal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 };

const examples = `
Examples:
  kiro-gw serve                   listen on http://127.0.0.1:8000
  kiro-gw serve --port 0          take a free port
  kiro-gw serve --background      come back when it listens; kiro-gw stop ends it
  kiro-gw serve --emulator        try it without an account
`;
