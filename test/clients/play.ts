import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Emulator, type ScriptedAnswer, type SeenRequest, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Api, ClientTools, Driver, Scene } from './driver.ts';
import { finish, type Running, start } from './process.ts';
import { type Asked, readAsked } from './question.ts';
import { summary, type Turn, type TurnEnd } from './turns.ts';

/** What one turn came to. */
export interface Outcome {
  readonly driver: Driver;
  readonly api: Api;
  readonly turn: Turn;
  /** Why it failed; undefined when it passed. */
  readonly problem?: string;
  /** Why it was not tried. */
  readonly skipped?: string;
  /** The client asked for a summary of its conversation. */
  readonly compacted?: true;
  readonly seconds: number;
  /** For whoever looks into a failure. */
  readonly trace?: string;
}

/** Plays one turn: an emulator, an executable and a home folder of its own, and nothing of it stays. */
export async function playTurn(
  driver: Driver,
  api: Api,
  turn: Turn,
  installed: string,
  path: string,
): Promise<Outcome> {
  const startedAt = performance.now();
  const folder = emptyFolder();
  const [home, work] = [join(folder.path, 'home'), join(folder.path, 'project')];
  mkdirSync(home);
  mkdirSync(work);
  turn.prepare?.(work);
  const emulator = await startEmulator();
  const script = createScript(driver.tools(api), turn, work);
  emulator.otherwise(request => script.answer(request));
  const gateway = await startGateway({
    emulator,
    env: {
      KIRO_API_KEY: emulator.credentials.apiKey().accessToken,
      BASE_RETRY_DELAY: '0.1',
      ...(driver.aliases === undefined ? {} : { MODEL_ALIASES: driver.aliases }),
    },
    args: ['--log-level', 'debug'],
  });
  try {
    const scene = {
      api,
      turn: turn.name,
      url: gateway.url,
      key: gateway.key,
      model: driver.model,
      installed,
      home,
      work,
    };
    const given = turn.name === 'image' && driver.picture === 'given' ? { picture: join(work, 'picture.png') } : {};
    const command = driver.command({ ...scene, ...given, prompt: turn.prompt } satisfies Scene);
    const env = { ...environment(home), ...quiet, PATH: path, XDG_CONFIG_HOME: join(home, '.config') };
    const client = start(command, work, env);
    const cancelled = turn.interrupted ? interrupt(client, script.asked) : undefined;
    const end = await finish(client, limit);
    const facts: TurnEnd = {
      code: end === 'late' ? undefined : end.code,
      output: client.output(),
      work,
      asked: script.asked,
      compacted: script.compacted() || /compacted|compressed/i.test(client.output()),
    };
    const problem =
      (await cancelled) ??
      (end === 'late' ? `still running after ${limit} s` : undefined) ??
      turn.judge(facts) ??
      (await findUnrest(emulator, gateway));
    return {
      driver,
      api,
      turn,
      seconds: (performance.now() - startedAt) / 1000,
      ...(problem === undefined ? {} : { problem }),
      ...(turn.name === 'overflow' && facts.compacted ? { compacted: true as const } : {}),
      trace: writeTrace(emulator, gateway, facts),
    };
  } finally {
    await gateway.stop('SIGKILL');
    await emulator.close();
    folder.remove();
  }
}

// A client that does nothing for so many seconds hangs; one on a busy machine may be slow.
const limit = 150;
const quiet = { TERM: 'dumb', NO_COLOR: '1', LANG: 'C.UTF-8' };

function createScript(tools: ClientTools, turn: Turn, work: string) {
  const asked: Asked[] = [];
  const own = [tools.write('', '', []).tool, tools.read('').tool];
  let sinceSum: number | undefined;
  return {
    asked,
    compacted: () => (sinceSum ?? 0) > 0,
    answer(request: SeenRequest): ScriptedAnswer {
      const question = readAsked(request, work, asked.length === 0);
      if (sinceSum !== undefined) sinceSum += 1;
      else if (question.sums) sinceSum = 0;
      const isAside = !own.some(name => question.tools.includes(name));
      if (isAside && !question.sums) return ['A title'];
      const answer = isAside ? summary : turn.answer(question, [...asked], tools);
      asked.push(question);
      return answer;
    },
  };
}

/** Interrupts a client once its answer has begun, and looks how soon the service is let go. */
async function interrupt(client: Running, asked: readonly Asked[]): Promise<string | undefined> {
  const begun = await eventually(() => asked.length > 0, 60_000);
  if (!begun) return 'it never asked';
  // The two words are to be on their way through the client.
  await setTimeout(700);
  client.signal('SIGINT');
  const left = await eventually(() => asked.every(({ request }) => request.closedAt !== undefined), 2_000);
  return left ? undefined : 'the service was not let go within 2 s';
}

/** What a turn must not leave behind: broken rules, open requests, a gateway that is gone. */
async function findUnrest(emulator: Emulator, gateway: RunningGateway): Promise<string | undefined> {
  const [broken] = emulator.violations;
  if (broken !== undefined) return `breaks rule ${broken.rule}: ${broken.path} ${broken.message}`;
  const isOver = ({ finishedAt, closedAt }: SeenRequest): boolean => finishedAt !== undefined || closedAt !== undefined;
  if (!(await eventually(() => emulator.requests.every(isOver), 2_000))) return 'a request to the service stays open';
  const figures = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${gateway.key}` } }).then(
    answer => answer.text(),
    () => undefined,
  );
  if (figures === undefined) return `the gateway is gone: ${gateway.errors().slice(-200)}`;
  const open = Number(/^kiro_gw_open_requests (\d+)/m.exec(figures)?.[1]);
  return open <= 1 ? undefined : `${open - 1} requests stay open in the gateway`;
}

async function eventually(check: () => boolean, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (!check()) {
    if (performance.now() > until) return false;
    await setTimeout(20);
  }
  return true;
}

function writeTrace(emulator: Emulator, gateway: RunningGateway, { code, output }: TurnEnd): string {
  const seen = emulator.requests.map(({ operation, status, body }) => `${operation} ${status} ${JSON.stringify(body)}`);
  return [`exit code ${code}`, '--- client', output, '--- gateway', gateway.errors(), '--- service', ...seen].join(
    '\n',
  );
}
