// What one answer costs in countable work, whatever else the machine does: the real server and the real client of the
// service in one process, with a prepared answer in the network's place. Prints JSON; test/cost.test.ts holds the budget.
import { Buffer } from 'node:buffer';
import { ServerResponse } from 'node:http';
import { dialects } from '../../src/dialects/index.ts';
import type { Auth } from '../../src/kiro/auth/auth.ts';
import { createKiro } from '../../src/kiro/client.ts';
import { createConnection } from '../../src/kiro/connection.ts';
import type { Transport } from '../../src/kiro/transport.ts';
import { createServer } from '../../src/server/app.ts';
import { encodeFrame } from '../../src/wire/eventstream.ts';

/** What was done for one request and its answer. */
export interface Counts {
  /** Calls of JSON.parse and JSON.stringify. */
  parses: number;
  stringifies: number;
  /** Characters given to JSON.parse and bytes moved by Buffer.concat: a line in the size of the request. */
  parsed: number;
  moved: number;
  /** Writes to the client's connection, its end included. */
  writes: number;
  timers: number;
  controllers: number;
  /** Signals that were aborted, each with an error and its stack. */
  aborts: number;
}

const counts: Counts = {
  parses: 0,
  stringifies: 0,
  parsed: 0,
  moved: 0,
  writes: 0,
  timers: 0,
  controllers: 0,
  aborts: 0,
};

/** Has every call of a member counted, be it a function or a class. */
function watch(owner: object, name: string, count: (first: unknown) => void): void {
  const watched = new Proxy(Reflect.get(owner, name) as (...args: unknown[]) => unknown, {
    apply(original, self, args) {
      count(args[0]);
      return Reflect.apply(original, self, args);
    },
    construct(original, args, target) {
      count(args[0]);
      return Reflect.construct(original, args, target);
    },
  });
  Reflect.set(owner, name, watched);
}

watch(JSON, 'parse', text => {
  counts.parses += 1;
  counts.parsed += String(text).length;
});
watch(JSON, 'stringify', () => {
  counts.stringifies += 1;
});
watch(Buffer, 'concat', parts => {
  for (const part of parts as readonly Uint8Array[]) counts.moved += part.length;
});
watch(ServerResponse.prototype, 'write', () => {
  counts.writes += 1;
});
watch(ServerResponse.prototype, 'end', () => {
  counts.writes += 1;
});
watch(globalThis, 'setTimeout', () => {
  counts.timers += 1;
});
watch(AbortController.prototype, 'abort', () => {
  counts.aborts += 1;
});
watch(globalThis, 'AbortController', () => {
  counts.controllers += 1;
});

let chunks: readonly Uint8Array[] = [];
const transport: Transport = {
  async send({ headers }) {
    const isQuestion = /GenerateAssistantResponse/.test(headers['x-amz-target'] ?? '');
    const listing = Buffer.from('{"models":[{"modelId":"claude-sonnet-4.5","tokenLimits":{"maxInputTokens":200000}}]}');
    const body = isQuestion ? chunks : [listing];
    return {
      status: 200,
      header: () => undefined,
      body: arrive(body),
      text: async () => Buffer.concat([...body]).toString(),
    };
  },
  close: async () => {},
};
// A chunk comes when everything before it has gone its way.
async function* arrive(body: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const chunk of body) {
    yield chunk;
    await new Promise(resolve => setImmediate(resolve));
  }
}

const login = { accessToken: 'ksk_count', tokenType: 'API_KEY', region: 'us-east-1' } as const;
const auth: Auth = {
  login: async () => login,
  renew: async () => login,
  describe: async () => ({ found: [] }),
  close: async () => {},
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const connection = createConnection({ transport, version: '0', platform: 'linux', runtimeVersion: '0' });
const key = 'a-key-that-is-long-enough';
const server = createServer({
  backend: createKiro({ auth, connection, log: quiet }),
  dialects,
  keys: [{ name: 'own', key }],
  host: '127.0.0.1',
  port: 0,
  log: quiet,
  version: '0',
});
const { url } = await server.listen();

/** The work of one streamed answer of so many events, in so many network chunks, to a question of so many letters. */
async function measure(api: string, events: number, pieces: number, letters: number): Promise<Counts> {
  const bytes = Buffer.concat(writeFrames(events));
  const size = Math.ceil(bytes.length / pieces);
  chunks = Array.from({ length: pieces }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  const content = 'x'.repeat(letters);
  const model = 'claude-sonnet-4.5';
  const body =
    api === '/v1/responses'
      ? { model, stream: true, input: content }
      : { model, stream: true, max_tokens: 9, messages: [{ role: 'user', content }] };
  const request = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) };
  for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] = 0;
  const response = await fetch(url + api, request);
  const text = await response.text();
  const seen = { ...counts };
  if (!text.includes(`word${events - 1} `)) throw new Error(`The answer is not whole: ${text.slice(-300)}`);
  return seen;
}

function writeFrames(events: number): Uint8Array[] {
  const frame = (name: string, payload: object): Uint8Array =>
    encodeFrame({ ':event-type': name, ':message-type': 'event' }, JSON.stringify(payload));
  return [
    ...Array.from({ length: events }, (_, at) => frame('assistantResponseEvent', { content: `word${at} ` })),
    frame('metadataEvent', { stopReason: 'END_TURN' }),
    frame('contextUsageEvent', { contextUsagePercentage: 1 }),
    frame('meteringEvent', { usage: 0.01 }),
  ];
}

const results: Record<string, Record<string, Counts>> = {};
for (const api of ['/v1/messages', '/v1/chat/completions', '/v1/responses']) {
  // The first one loads what is loaded on first use.
  await measure(api, 1, 1, 10);
  results[api] = {
    short: await measure(api, 1, 1, 10),
    long: await measure(api, 1001, 1, 10),
    paced: await measure(api, 1001, 101, 10),
    large: await measure(api, 1, 1, 1_000_010),
  };
}
process.stdout.write(`${JSON.stringify(results)}\n`);
await server.close(0);
process.exit(0);
