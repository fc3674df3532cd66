import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { headersOf, startImpatient } from '../chaos/gateway.ts';
import type { RunningGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  await gateway.stop();
  await emulator.close();
});

const ask = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { ...headersOf(gateway), ...headers },
    body: JSON.stringify({ model: 'claude-sonnet-4.5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
  });
const metrics = async (): Promise<string> =>
  (await fetch(`${gateway.url}/metrics`, { headers: headersOf(gateway) })).text();

it('shows in its metrics what happens between it and the service', async () => {
  gateway = await startImpatient(emulator, { RATE_LIMIT_MAX_CONCURRENT: '1' });
  emulator.next(
    { status: 500, body: { message: 'Broken.' } },
    { status: 401, body: { message: 'Token expired' } },
    { status: 429, body: { reason: 'USER_REQUEST_RATE_EXCEEDED', retryAfterMilliseconds: 5 } },
    ['Hello.'],
    ['One, ', { pause: 400 }, 'two.'],
    ['Three.'],
  );
  expect((await ask()).status).toBe(200);
  const running = [ask(), ask()];
  await expect.poll(metrics).toMatch(/^kiro_gw_queue 1$/m);
  expect(await metrics()).toMatch(/^kiro_gw_generations 1$/m);
  for (const { status } of await Promise.all(running)) expect(status).toBe(200);
  const lines = (await metrics()).split('\n');
  for (const line of [
    'kiro_gw_upstream_errors_total{reason="HTTP_500"} 1',
    'kiro_gw_upstream_errors_total{reason="TOKEN_REFUSED"} 1',
    'kiro_gw_upstream_errors_total{reason="USER_REQUEST_RATE_EXCEEDED"} 1',
    'kiro_gw_retries_total{reason="TOKEN_REFUSED"} 1',
    'kiro_gw_refreshes_total{outcome="done"} 2',
    'kiro_gw_queue 0',
    'kiro_gw_requests_total{path="/messages",status="200"} 3',
  ]) {
    expect(lines).toContain(line);
  }
});

it('is alive without a sign-in, and ready only with one', async () => {
  gateway = await startImpatient(emulator);
  const status = async (path: string): Promise<number> => (await fetch(gateway.url + path)).status;
  expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
  await gateway.stop();
  gateway = await startImpatient(emulator, { REFRESH_TOKEN: 'of-nobody' });
  expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
});

it('sends a span for each request where OpenTelemetry is told to, and stops without one that listens', async () => {
  const got: { path: string; body: string }[] = [];
  const collector: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ path: request.url ?? '', body });
      response.end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_RESOURCE_ATTRIBUTES: 'team=blue%20ones' };
  gateway = await startImpatient(emulator, env);
  await ask({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  emulator.otherwise({ status: 500, body: { message: 'No.' } });
  await ask();
  expect(await gateway.stop()).toBe(0);
  collector.close();

  expect(got.map(({ path }) => path)).toEqual(['/v1/traces']);
  const [{ resource, scopeSpans }] = JSON.parse(got[0]?.body ?? '').resourceSpans;
  const spans = scopeSpans[0].spans;
  const read = (list: { key: string; value: object }[], name: string): unknown =>
    Object.values(list.find(({ key }) => key === name)?.value ?? {})[0];
  expect(read(resource.attributes, 'service.name')).toBe('kiro-gw');
  expect(read(resource.attributes, 'team')).toBe('blue ones');
  expect(spans).toHaveLength(2);
  expect(spans[0]).toMatchObject({
    name: 'POST /messages',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    kind: 2,
  });
  expect(read(spans[0].attributes, 'gen_ai.request.model')).toBe('claude-sonnet-4.5');
  expect(read(spans[0].attributes, 'gen_ai.usage.output_tokens')).toBeGreaterThan(0);
  expect(spans[1].status.code).toBe(2);
  expect(got[0]?.body).not.toContain(gateway.key);

  gateway = await startImpatient(emulator, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  await ask();
  expect(await gateway.stop()).toBe(0);
});
