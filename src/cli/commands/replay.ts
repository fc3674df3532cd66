import type { Command } from 'commander';
import { type Captured, readCaptured } from '../capture/captured.ts';
import { captureFolder } from '../capture/open.ts';
import { createPlayer, createReplayAuth } from '../capture/player.ts';
import { Ended } from '../exit.ts';
import { createLog } from '../log.ts';
import { addSettings, settingsOf } from '../options.ts';
import type { Settings } from '../settings.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** `kiro-gw replay`: a captured request through the translation of now. */
export function addReplay(program: Command, world: World): void {
  const command = program
    .command('replay')
    .summary('translate a captured request again')
    .description(
      'Translate a request that DEBUG_MODE captured once more: the service answers as it did then, nothing is sent. ' +
        'Writes the answer, and on standard error where it differs from the one of then. Ends with 1 when it does.',
    )
    .argument('<folder>', 'a folder in DEBUG_DIR')
    .addHelpText('after', examples);
  addSettings(command, 'models', 'log').action((folder: string) =>
    runReplay(settingsOf(command, world), world, folder),
  );
}

/** Serves the captured request once more, to itself. */
export async function runReplay({ settings }: ResolvedSettings, world: World, folder: string): Promise<void> {
  const captured = readCaptured(folder, captureFolder(settings, world));
  const player = createPlayer(captured);
  const response = await answerAgain(captured, player.transport, settings, world);
  world.output.write(response);
  if (world.output.isTerminal && !response.endsWith('\n')) world.output.write('\n');

  const isSame = comparable(response) === comparable(captured.response);
  const say = (line: string): void => world.errors.write(`${line}\n`);
  say(isSame ? 'The answer is the same, but for ids and times.' : 'The answer differs from the captured one.');
  if (player.differences.length > 0) say(`The question differs in: ${player.differences.slice(0, 20).join(', ')}`);
  else say('The question is the same.');
  if (!isSame || player.differences.length > 0) throw new Ended('failed');
}

async function answerAgain(
  captured: Captured,
  transport: ReturnType<typeof createPlayer>['transport'],
  settings: Settings,
  world: World,
): Promise<string> {
  const [{ createKiro }, { createKnownMedia }, { createConnection }, { createServer }, { dialects }] =
    await Promise.all([
      import('../../kiro/client.ts'),
      import('../../kiro/media/media.ts'),
      import('../../kiro/connection.ts'),
      import('../../server/app.ts'),
      import('../../dialects/index.ts'),
    ]);
  const log = createLog({ ...settings, logLevel: 'error' }, world);
  const { version, runtimeVersion } = world.build;
  const connection = createConnection({ transport, version, runtimeVersion, platform: world.platform, endpoint: 'q' });
  const runtime = createConnection({
    transport,
    version,
    runtimeVersion,
    platform: world.platform,
    endpoint: 'runtime',
  });
  const isRuntime = captured.upstream.some(({ operation }) => operation === 'GenerateAssistantResponse');
  const backend = createKiro({
    auth: createReplayAuth(captured),
    connection: isRuntime ? runtime : connection,
    log,
    settings: { ...settings, baseRetryDelay: 0, rateBackoff: 0 },
    resolveMedia: createKnownMedia(captured.media).resolve,
  });
  const key = Buffer.from(world.random(24)).toString('hex');
  const server = createServer({
    backend,
    dialects,
    keys: [{ name: 'replay', key }],
    host: '127.0.0.1',
    port: 0,
    log,
    version,
  });
  const { url } = await server.listen();
  try {
    const { method, headers, request } = captured;
    const response = await fetch(url + captured.url, {
      method,
      headers: { ...sendable(headers), authorization: `Bearer ${key}` },
      ...(method === 'GET' || request === '' ? {} : { body: request }),
    });
    return await response.text();
  } finally {
    await server.close(0);
  }
}

const examples = `
Examples:
  kiro-gw serve --debug-mode all
  kiro-gw replay ~/.local/share/kiro-gw/debug/<folder>
`;

// What belongs to the connection, the body as it was packed, or to a page, is not the request's.
function sendable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !ofConnection.includes(name) && value !== '…'),
  );
}

/** An answer without what is made anew each time. */
const comparable = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,64}/g, 'id')
    .replace(/"(created|created_at|completed_at)":\d+/g, '"$1":0')
    .replace(/^(?:: keep-alive|event: ping\ndata: .*)\n\n/gm, '');

const ofConnection = ['host', 'connection', 'content-length', 'transfer-encoding', 'content-encoding', 'origin'];
