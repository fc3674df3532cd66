// How much later things happen because of the gateway.
import type { Figure } from './figures.ts';
import { quantile } from './figures.ts';
import { connect, type Outcome } from './load.ts';
import { ask, askAsAgent, askDirectly } from './requests.ts';
import {
  createHome,
  type Gateway,
  type GatewayPlan,
  readMemory,
  removeHome,
  startGateway,
  type Upstream,
} from './target.ts';

/** Start of the process to its first accepted connection, and what it then holds. */
export async function measureStart(plan: GatewayPlan, upstream: Upstream, runs: number): Promise<Figure[]> {
  const first = await startOften(plan, upstream, runs);
  const home = createHome();
  try {
    // What a start keeps for the next one is there then, like the list of models.
    await startOften({ ...plan, home }, upstream, 1);
    const later = await startOften({ ...plan, home }, upstream, runs);
    return [
      { name: 'start to listening', unit: 'ms', values: first.starts, goal: { at: 40, better: 'lower' } },
      { name: 'idle memory, first start', unit: 'MB', values: first.idle, goal: { at: 60, better: 'lower' } },
      { name: 'idle memory, later starts', unit: 'MB', values: later.idle, goal: { at: 60, better: 'lower' } },
    ];
  } finally {
    removeHome(home);
  }
}

async function startOften(
  plan: GatewayPlan,
  upstream: Upstream,
  runs: number,
): Promise<{ readonly starts: number[]; readonly idle: number[] }> {
  const starts: number[] = [];
  const idle: number[] = [];
  for (let run = 0; run < runs; run++) {
    const gateway = await startGateway(plan, upstream);
    starts.push(gateway.startMs);
    await Bun.sleep(1500);
    if (gateway.pid) idle.push(readMemory(gateway.pid).now / 1e6);
    await gateway.stop();
  }
  return { starts, idle };
}

/** First-byte time through the gateway less the direct one, on paced streams that start one after another. */
export async function measureFirstByte(gateway: Gateway, upstream: Upstream, runs: number): Promise<Figure[]> {
  await upstream.set({ events: 20 });
  await warmUp(gateway);
  await upstream.set({ events: 20, pace: 10, delay: 30 });
  const figures: Figure[] = [];
  for (const streams of [1, 16, 64, 256]) {
    const p50: number[] = [];
    const p99: number[] = [];
    for (let run = 0; run < runs; run++) {
      const direct = await firstBytes(upstream.port, askDirectly(), streams);
      const through = await firstBytes(gateway.port, ask(gateway, 'anthropic'), streams);
      p50.push(quantile(through, 0.5) - quantile(direct, 0.5));
      p99.push(quantile(through, 0.99) - quantile(direct, 0.99));
    }
    const bars = streams === 64 ? [0.7, 4] : [undefined, undefined];
    figures.push(figure(`first byte added, p50, ${streams} streams`, p50, bars[0]));
    figures.push(figure(`first byte added, p99, ${streams} streams`, p99, bars[1]));
  }
  return figures;
}

/** A large agent request: from its first byte written to its translation having arrived whole at the upstream. */
export async function measureAgent(gateway: Gateway, upstream: Upstream, runs: number): Promise<Figure[]> {
  await upstream.set({ events: 2 });
  const figures: Figure[] = [];
  for (const megabytes of [0.25, 0.5, 1, 2, 4]) {
    const request = askAsAgent(gateway, megabytes * 1e6);
    const values: number[] = [];
    const connection = await connect(gateway.port);
    for (let run = 0; run < runs * 4; run++) {
      const arrived = upstream.next('arrived');
      const started = performance.timeOrigin + performance.now();
      const outcome = await connection.send(request, true);
      expectStatus(outcome, 200);
      if (run >= runs) values.push((await arrived) - started);
    }
    connection.close();
    figures.push(figure(`${megabytes} MB request to upstream`, values, megabytes === 1 ? 12 : undefined));
  }
  const count = askAsAgent(gateway, 1e6, '/v1/messages/count_tokens');
  const connection = await connect(gateway.port);
  const counts: number[] = [];
  for (let run = 0; run < runs * 4; run++) counts.push(expectStatus(await connection.send(count, true), 200).total);
  connection.close();
  figures.push(figure('count_tokens of 1 MB', counts.slice(runs), 30));
  return figures;
}

/** How long after the upstream refused the client hears of it. */
export async function measureRefusals(gateway: Gateway, upstream: Upstream, runs: number): Promise<Figure[]> {
  const refusals = {
    429: { message: 'You have reached the limit.', reason: 'MONTHLY_REQUEST_COUNT' },
    400: { message: 'Improperly formed request.', reason: 'REQUEST_BODY_INVALID' },
  };
  const figures: Figure[] = [];
  for (const [status, body] of Object.entries(refusals)) {
    await upstream.set({ refusal: { status: Number(status), body: JSON.stringify(body) } });
    const values: number[] = [];
    for (let run = 0; run < runs * 3; run++) {
      const connection = await connect(gateway.port);
      const refused = upstream.next('refused');
      await connection.send(ask(gateway, 'anthropic'));
      const ended = performance.timeOrigin + performance.now();
      values.push(ended - (await refused));
      connection.close();
    }
    figures.push(figure(`upstream ${status} to client`, values, 5));
  }
  return figures;
}

/** How long after a client left its upstream connection is closed. */
export async function measureLeaving(gateway: Gateway, upstream: Upstream, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const stream of [true, false]) {
    await upstream.set({ events: 1000, pace: 10 });
    const values: number[] = [];
    for (let run = 0; run < runs * 3; run++) {
      const connection = await connect(gateway.port);
      const arrived = upstream.next('arrived');
      const left = upstream.next('left');
      const sent = connection.send(ask(gateway, 'anthropic', stream)).catch(() => undefined);
      await arrived;
      await Bun.sleep(50);
      const closed = performance.timeOrigin + performance.now();
      connection.close();
      values.push((await left) - closed);
      await sent;
    }
    figures.push(figure(`client gone to upstream closed, ${stream ? 'streaming' : 'whole'}`, values, 50));
  }
  return figures;
}

/** So many answers that the runtime has compiled what they need; a gateway runs for days. */
async function warmUp(gateway: Gateway): Promise<void> {
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const connection = await connect(gateway.port);
      for (let round = 0; round < 250; round++) {
        expectStatus(await connection.send(ask(gateway, 'anthropic')), 200);
      }
      connection.close();
    }),
  );
}

async function firstBytes(port: number, request: Uint8Array, streams: number): Promise<number[]> {
  const rounds = Math.max(4, Math.min(32, Math.ceil(256 / streams)));
  const all = await Promise.all(
    Array.from({ length: streams }, async (_, index) => {
      const connection = await connect(port);
      // Spread over the time that one answer takes, so that starts do not come in bursts.
      await Bun.sleep((index * 230) / streams);
      const values: number[] = [];
      for (let round = 0; round < rounds; round++)
        values.push(expectStatus(await connection.send(request), 200).firstByte);
      connection.close();
      return values.slice(1);
    }),
  );
  return all.flat();
}

function expectStatus(outcome: Outcome, status: number): Outcome {
  if (outcome.status !== status)
    throw new Error(`Status ${outcome.status} instead of ${status}: ${outcome.text.slice(0, 600)}`);
  return outcome;
}

function figure(name: string, values: readonly number[], bar?: number): Figure {
  return { name, unit: 'ms', values, ...(bar === undefined ? {} : { goal: { at: bar, better: 'lower' as const } }) };
}
