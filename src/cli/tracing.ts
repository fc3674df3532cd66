// Spans by OpenTelemetry, where its standard variables name a place to send them to.
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
import type { Log } from '../core/log.ts';
import type { RequestRecord } from '../server/record.ts';
import type { World } from './world.ts';

/** Sends a span for every request that is over. */
export interface Tracing {
  count(record: RequestRecord): void;
  /** Settles when everything is sent, or cannot be. */
  close(): Promise<void>;
}

/** The tracing that the environment wants; the library is not even loaded where it wants none. */
export async function openTracing({ env, build, now }: World, log: Log): Promise<Tracing | undefined> {
  if (!isWanted(env)) return undefined;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const say = (message: string): void => log.warn('Traces could not be sent.', { reason: message });
  const none = (): void => {};
  api.diag.setLogger({ error: say, warn: say, info: none, debug: none, verbose: none }, api.DiagLogLevel.WARN);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': env['OTEL_SERVICE_NAME'] || 'kiro-gw',
      'service.version': build.version,
      ...readPairs(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
    }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('kiro-gw', build.version);

  return {
    count(record) {
      const end = now();
      const parent = readParent(record.traceparent);
      const context = parent === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
      const name = `${record.method} ${record.route ?? ''}`.trim();
      const options = { kind: api.SpanKind.SERVER, startTime: end - record.totalMs, attributes: describe(record) };
      const span = tracer.startSpan(name, options, context);
      if (record.firstByteMs !== undefined) span.addEvent('first byte', {}, end - record.totalMs + record.firstByteMs);
      // A request that was wrong is no failure of the gateway.
      if (record.error !== undefined && (record.status >= 500 || record.status === 200)) {
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: record.message ?? record.error });
      }
      span.end(end);
    },
    async close() {
      const sent = provider.shutdown().catch(cause => log.warn('Traces could not be sent.', { cause }));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>(resolve => {
        timer = setTimeout(resolve, patience);
      });
      await Promise.race([sent, late]);
      clearTimeout(timer);
    },
  };
}

function isWanted(env: World['env']): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}

// https://www.w3.org/TR/trace-context/#traceparent-header
function readParent(header: string | undefined) {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function readPairs(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap(pair => {
    const [, name, value] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name, decode(value)]];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/ */
function describe(record: RequestRecord): Record<string, string | number | boolean> {
  const { usage } = record;
  const values = {
    'http.request.method': record.method,
    'http.route': record.route,
    'url.path': record.path,
    'http.response.status_code': record.status,
    'user_agent.name': record.client,
    'error.type': record.error,
    'gen_ai.operation.name': record.model === undefined ? undefined : 'chat',
    'gen_ai.provider.name': record.model === undefined ? undefined : 'kiro',
    'gen_ai.request.model': record.model,
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'kiro_gw.api': record.dialect,
    'kiro_gw.key': record.keyName,
    'kiro_gw.stream': record.stream,
    'kiro_gw.credits': usage?.credits,
    'kiro_gw.request_id': record.id,
    'kiro_gw.upstream_request_id': record.upstreamId,
    'kiro_gw.cancelled': record.cancelled,
  };
  const known = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(known);
}

/** Milliseconds that the end of the program waits for the place that traces are sent to. */
const patience = 3000;
