// https://prometheus.io/docs/instrumenting/exposition_formats/
import type { RequestRecord } from './record.ts';

/** A figure of another layer. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Metrics {
  /** Counts a request that is over. */
  count(record: RequestRecord): void;
  /** All figures in the text form of Prometheus. */
  write(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Creates the counts of one server. `open` says how many requests are running now. */
export function createMetrics(open: () => number, readings: () => readonly Reading[]): Metrics {
  // The library is loaded with the first request: before it there is nothing to count, and start-up is not held up.
  let counts: Promise<Counts> | undefined;
  const load = (): Promise<Counts> => {
    counts ??= createCounts(open);
    return counts;
  };
  return {
    count(record) {
      // Whoever asks for the figures is told what is wrong with them; a request is not to suffer from it.
      load().then(
        counts => counts.count(record),
        () => undefined,
      );
    },
    async write() {
      const counts = await load();
      return counts.write(readings());
    },
  };
}

interface Counts {
  count(record: RequestRecord): void;
  write(readings: readonly Reading[]): Promise<{ contentType: string; text: string }>;
}

async function createCounts(open: () => number): Promise<Counts> {
  const library = await loadLibrary();
  const { Registry, Counter, Gauge, Histogram } = library;
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ['api', 'model'] as const, buckets: [...seconds], registers });

  const requests = counter('kiro_gw_requests_total', 'Requests by endpoint and status.', ['path', 'status']);
  const errors = counter('kiro_gw_errors_total', 'Failed requests by reason.', ['api', 'kind']);
  const cancelled = counter('kiro_gw_cancelled_total', 'Requests whose client left before the end.', ['api']);
  const tokens = counter('kiro_gw_tokens_total', 'Tokens by direction.', ['api', 'model', 'direction']);
  const credits = counter('kiro_gw_credits_total', 'Credits that the service charged.', ['api', 'model']);
  const firstByte = histogram('kiro_gw_first_byte_seconds', 'Time to the first byte of a model answer.');
  const firstToken = histogram('kiro_gw_first_token_seconds', 'Time to the first part of a model answer itself.');
  const total = histogram('kiro_gw_request_seconds', 'Time to the end of a model answer.');
  new Gauge({
    name: 'kiro_gw_open_requests',
    help: 'Requests that are running now.',
    registers,
    collect() {
      this.set(open());
    },
  });
  const modelLabel = createBound(mostModels);

  return {
    count(record) {
      const api = record.dialect ?? 'none';
      requests.inc({ path: record.route ?? 'other', status: record.status });
      if (record.error !== undefined) errors.inc({ api, kind: record.error });
      if (record.cancelled) cancelled.inc({ api });
      if (record.model === undefined || record.stream === undefined || record.status !== 200) return;
      const labels = { api, model: modelLabel(record.model) };
      if (record.firstByteMs !== undefined) firstByte.observe(labels, record.firstByteMs / 1000);
      if (record.firstTokenMs !== undefined) firstToken.observe(labels, record.firstTokenMs / 1000);
      total.observe(labels, record.totalMs / 1000);
      if (record.usage === undefined) return;
      tokens.inc({ ...labels, direction: 'input' }, record.usage.inputTokens);
      tokens.inc({ ...labels, direction: 'output' }, record.usage.outputTokens);
      if (record.usage.credits !== undefined) credits.inc(labels, record.usage.credits);
    },
    async write(readings) {
      const [own, others] = await Promise.all([registry.metrics(), writeReadings(readings, library)]);
      return { contentType: registry.contentType, text: own + others };
    },
  };
}

type Library = Awaited<ReturnType<typeof loadLibrary>>;

async function loadLibrary() {
  const [registry, counter, gauge, histogram] = await Promise.all([
    import('prom-client/lib/registry.js'),
    import('prom-client/lib/counter.js'),
    import('prom-client/lib/gauge.js'),
    import('prom-client/lib/histogram.js'),
  ]);
  return { Registry: registry.default, Counter: counter.default, Gauge: gauge.default, Histogram: histogram.default };
}

/** Readings are whole figures already, so each scrape writes them anew. */
function writeReadings(readings: readonly Reading[], { Registry, Counter, Gauge }: Library): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const metrics = new Map<string, (labels: Readonly<Record<string, string>>, value: number) => void>();
  for (const { name, help, type, value, labels = {} } of readings) {
    let add = metrics.get(name);
    if (add === undefined) {
      const settings = { name, help, labelNames: Object.keys(labels), registers };
      const metric = type === 'counter' ? new Counter(settings) : new Gauge(settings);
      add = (labels, value) => metric.inc(labels, value);
      metrics.set(name, add);
    }
    add(labels, value);
  }
  return registry.metrics();
}

// Clients choose the names, and each would be kept for good.
function createBound(most: number): (name: string) => string {
  const known = new Set<string>();
  return name => {
    if (known.size < most) known.add(name);
    return known.has(name) ? name : 'other';
  };
}

const mostModels = 100;
const seconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
