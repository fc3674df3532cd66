// How much goes through, what it costs, and how much memory it holds.
import { type Figure, median, quantile } from './figures.ts';
import { type Connection, connect } from './load.ts';
import { type Api, apis, ask, askDirectly, endings } from './requests.ts';
import { type Gateway, type GatewayPlan, readCpu, readMemory, startGateway, type Upstream } from './target.ts';

const clients = 32;
const eventsPerAnswer = 400;

/** Events a second and CPU per thousand events through each API, and direct. */
export async function measureThroughput(gateway: Gateway, upstream: Upstream, runs: number): Promise<Figure[]> {
  await upstream.set({ events: eventsPerAnswer });
  const figures: Figure[] = [];
  const direct: number[] = [];
  for (let run = 0; run < runs; run++)
    direct.push((await answers(upstream.port, askDirectly(), 1000)) * eventsPerAnswer);
  figures.push({ name: 'events a second, direct', unit: '1/s', values: direct });
  for (const api of apis) {
    await checkOnce(gateway, api);
    // Until the runtime has compiled what it needs: a gateway runs for days.
    await answers(gateway.port, ask(gateway, api), 5000);
    const rate: number[] = [];
    const cpu: number[] = [];
    for (let run = 0; run < runs; run++) {
      const before = gateway.pid ? readCpu(gateway.pid) : 0;
      const seconds = 2;
      const events = (await answers(gateway.port, ask(gateway, api), seconds * 1000)) * eventsPerAnswer;
      rate.push(events);
      if (gateway.pid) cpu.push((readCpu(gateway.pid) - before) / ((events * seconds) / 1000));
    }
    const ratio = `${(median(rate) / median(direct)).toFixed(2)} of direct`;
    figures.push({
      name: `events a second, ${api}`,
      unit: '1/s',
      values: rate,
      goal: { at: 600_000, better: 'higher' },
      note: ratio,
    });
    figures.push({ name: `CPU per thousand events, ${api}`, unit: 'ms', values: cpu });
  }
  return figures;
}

/** 150 paced streams: the first bytes and the highest memory, on a fresh gateway. */
export async function measurePaced(plan: GatewayPlan, upstream: Upstream, runs: number): Promise<Figure[]> {
  await upstream.set({ events: 200, pace: 20 });
  const first: number[] = [];
  const peak: number[] = [];
  for (let run = 0; run < runs; run++) {
    const gateway = await startGateway(plan, upstream);
    await Bun.sleep(500);
    const outcomes = await Promise.all(
      Array.from({ length: 150 }, async () => {
        const connection = await connect(gateway.port);
        const outcome = await connection.send(ask(gateway, 'anthropic'));
        connection.close();
        return outcome.firstByte;
      }),
    );
    first.push(quantile(outcomes, 0.95));
    if (gateway.pid) peak.push(readMemory(gateway.pid).peak / 1e6);
    await gateway.stop();
  }
  return [
    { name: '150 paced streams, first byte p95', unit: 'ms', values: first, goal: { at: 60, better: 'lower' } },
    { name: '150 paced streams, peak memory', unit: 'MB', values: peak, goal: { at: 150, better: 'lower' } },
  ];
}

/** Memory per open stream and at 1 000 of them, and CPU as their number grows. */
export async function measureOpenStreams(plan: GatewayPlan, upstream: Upstream): Promise<Figure[]> {
  const figures: Figure[] = [];
  const held: { readonly streams: number; readonly bytes: number }[] = [];
  for (const streams of [125, 250, 500, 1000]) {
    await upstream.set({ events: 40, pace: 250 });
    const gateway = await startGateway(plan, upstream);
    if (!gateway.pid) return [];
    await Bun.sleep(1500);
    const idle = readMemory(gateway.pid).now;
    const cpu = readCpu(gateway.pid);
    const connections: Connection[] = [];
    const pending: Promise<boolean>[] = [];
    for (let index = 0; index < streams; index++) {
      const connection = await connect(gateway.port);
      connections.push(connection);
      pending.push(
        connection.send(ask(gateway, 'anthropic'), true).then(
          outcome => outcome.status === 200 && outcome.text.includes(endings.anthropic),
          () => false,
        ),
      );
    }
    await Bun.sleep(5000);
    const open = readMemory(gateway.pid).now;
    const failures = (await Promise.all(pending)).filter(fine => !fine).length;
    for (const connection of connections) connection.close();
    const used = readCpu(gateway.pid) - cpu;
    await gateway.stop();
    const last = streams === 1000;
    held.push({ streams, bytes: open - idle });
    figures.push({
      name: `memory per open stream, ${streams}`,
      unit: 'kB',
      values: [(open - idle) / streams / 1000],
      ...(last ? { goal: { at: 40, better: 'lower' as const } } : {}),
    });
    figures.push({ name: `CPU per open stream, ${streams}`, unit: 'ms', values: [used / streams] });
    if (last) {
      figures.push({ name: 'memory at 1 000 open streams', unit: 'MB', values: [open / 1e6] });
      figures.push({
        name: 'errors at 1 000 open streams',
        unit: '',
        values: [failures],
        goal: { at: 0, better: 'lower' },
      });
    }
  }
  return [...figures, perFurtherStream(held)];
}

/** What a stream holds, without what the first ones of a fresh gateway make it load and compile for good. */
function perFurtherStream(held: readonly { readonly streams: number; readonly bytes: number }[]): Figure {
  const [first, last] = [held[0], held.at(-1)];
  if (!first || !last) throw new Error('No streams were measured.');
  const bytes = (last.bytes - first.bytes) / (last.streams - first.streams);
  return { name: `memory per further stream, ${first.streams} to ${last.streams}`, unit: 'kB', values: [bytes / 1000] };
}

/** CPU per event as answers grow: a straight line has one price. */
export async function measureGrowth(gateway: Gateway, upstream: Upstream): Promise<Figure[]> {
  if (!gateway.pid) return [];
  const figures: Figure[] = [];
  for (const events of [100, 400, 1600, 6400, 25_600]) {
    await upstream.set({ events });
    const before = readCpu(gateway.pid);
    const done = await answers(gateway.port, ask(gateway, 'anthropic'), 1500);
    const cpu = readCpu(gateway.pid) - before;
    figures.push({
      name: `CPU per thousand events, answers of ${events}`,
      unit: 'ms',
      values: [cpu / ((done * 1.5 * events) / 1000)],
    });
  }
  return figures;
}

/** Whole answers a second over so many milliseconds. */
async function answers(port: number, request: Uint8Array, milliseconds: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const connection = await connect(port);
      while (performance.now() - started < milliseconds) {
        const { status } = await connection.send(request);
        if (status !== 200) throw new Error(`Status ${status} under load.`);
        done += 1;
      }
      connection.close();
    }),
  );
  return done / ((performance.now() - started) / 1000);
}

async function checkOnce(gateway: Gateway, api: Api): Promise<void> {
  const connection = await connect(gateway.port);
  const { text, status } = await connection.send(ask(gateway, api), true);
  connection.close();
  const whole = text.includes('word0 ') && text.includes(`word${eventsPerAnswer - 1} `) && text.includes(endings[api]);
  if (!whole) throw new Error(`The ${api} answer is not whole (status ${status}): ${text.slice(-600)}`);
}
