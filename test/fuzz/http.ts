import { connect } from 'node:net';
import { dialects } from '../../src/dialects/index.ts';
import { createServer, type Server } from '../../src/server/app.ts';
import { createFakeBackend } from '../support/fake-backend.ts';
import { requests } from './bodies.ts';
import { type Chance, createChance } from './chance.ts';
import { mutate } from './json.ts';

const key = 'key-of-the-gateway-0001';

/** A server to throw bytes at. */
export interface Target {
  readonly port: number;
  /** Errors of the gateway itself, so far. */
  readonly failures: readonly string[];
  readonly server: Server;
}

export async function startTarget(): Promise<Target> {
  const failures: string[] = [];
  const none = (): void => {};
  const server = createServer({
    backend: createFakeBackend(),
    dialects,
    keys: [{ name: 'default', key }],
    host: '127.0.0.1',
    port: 0,
    log: {
      debug: none,
      info: none,
      warn: none,
      error: (message, fields) => failures.push(`${message} ${String(fields?.['cause'])}`),
    },
    version: '9.9.9',
    limits: { headerTimeout: 1000, bodyTimeout: 1000, keepAlive: 500 },
  });
  const { port } = await server.listen();
  return { port, failures, server };
}

/** One connection with whatever on it. What is wrong with what came back, or nothing. */
export async function fuzzHttp(seed: number, { port }: Target): Promise<string | undefined> {
  const chance = createChance(seed);
  const sent = writeRequest(chance);
  const got = await exchange(port, sent, chance);
  if (got === '') return undefined;
  let rest = got.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  // Pipelined requests get as many answers.
  for (let count = 0; rest !== '' && count < 5; count += 1) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (end < 0 || !(status >= 200 && status < 600)) return `no answer in HTTP: ${JSON.stringify(rest.slice(0, 200))}`;
    if (status >= 500 && !allowed.has(status)) return `status ${status} for ${JSON.stringify(sent.slice(0, 300))}`;
    if (/[^\t\x20-\x7e\r\n]/.test(head)) return `a strange head: ${JSON.stringify(head)}`;
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    // An answer to HEAD has the length of a body that does not follow.
    if (length === undefined || sent.startsWith('HEAD')) return undefined;
    const body = rest.slice(end + 4, end + 4 + Number(length));
    if (status >= 400 && body !== '' && typeof JSON.parse(body).error?.message !== 'string') {
      return `an error without a form: ${body.slice(0, 200)}`;
    }
    rest = rest.slice(end + 4 + Number(length));
  }
  return undefined;
}

function writeRequest(chance: Chance): string {
  const { path, body } = chance.pick(requests);
  const text = chance.of(0.5) ? JSON.stringify(mutate(body, chance)) : JSON.stringify(body);
  const payload = chance.of(0.1) ? text.slice(chance.below(text.length)) : text;
  const bytes = Buffer.from(payload);
  const lines = [
    `host: 127.0.0.1`,
    `authorization: Bearer ${key}`,
    `content-length: ${chance.of(0.95) ? bytes.length : chance.pick([0, 1, -1, 10 ** 12, bytes.length + 7])}`,
  ];
  for (let times = chance.below(3); times > 0; times -= 1) {
    lines.splice(
      chance.below(lines.length + 1),
      chance.below(5) === 0 ? 1 : 0,
      `${chance.pick(headerNames)}${chance.pick([': ', ':', ' : '])}${chance.pick(headerValues)}`,
    );
  }
  const method = chance.of(0.8)
    ? 'POST'
    : chance.pick(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'BREW', 'CONNECT', '']);
  const target = chance.of(0.7) ? path : chance.pick(paths);
  const whole = `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${bytes.toString('latin1')}`;
  return chance.of(0.3) ? scramble(whole, chance) : whole;
}

function scramble(text: string, chance: Chance): string {
  let current = text;
  for (let times = 1 + chance.below(3); times > 0; times -= 1) {
    // Mostly in the head: that is where requests are told apart.
    const at = chance.below(chance.of(0.8) ? Math.min(250, current.length) : current.length);
    current = current.slice(0, at) + chance.pick(noise) + current.slice(at + chance.below(4));
  }
  return current;
}

function exchange(port: number, sent: string, chance: Chance): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    const timer = setTimeout(() => done('no end'), 40_000);
    const done = (text: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    socket.on('data', chunk => {
      got += chunk.toString('latin1');
    });
    socket.on('error', () => done(got));
    socket.on('close', () => done(got));
    // Half of what was damaged would wait for more; the end of the sending side says that none comes.
    if (chance.of(0.05)) socket.end(sent.slice(0, chance.below(sent.length)), 'latin1');
    else socket.end(sent, 'latin1');
  });
}

// 501: what the gateway does not have.
const allowed = new Set([501]);
const paths = [
  '/',
  '/health',
  '/ready',
  '/v1/models',
  '/v1/models/%ff',
  '/v1/responses/x',
  '/metrics',
  '*',
  '//',
  '/../x',
  '/v1/v1/messages',
  'http://127.0.0.1/v1/models',
  '/%00',
  '/v1/messages/count_tokens',
  '?',
  '/ä',
];
const headerNames = [
  'host',
  'origin',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
  'connection',
  'x-request-id',
  'anthropic-version',
  'authorization',
  'x-api-key',
  'cookie',
  'x y',
  'sec-fetch-site',
  '',
];
const headerValues = [
  '',
  '*',
  'null',
  'gzip',
  'chunked',
  'identity',
  'http://evil.example',
  '127.0.0.1',
  '100-continue',
  'websocket',
  '0',
  '-1',
  '99999999999',
  'a\tb',
  'ä',
  'x'.repeat(5000),
  'a\u0000b',
  'cross-site',
  'Bearer',
  '../../etc',
];
const noise = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  '\t',
  '\x7f',
  '\xff',
  'HTTP/1.0',
  'HTTP/2',
  '%',
  ';',
  'transfer-encoding: chunked\r\n',
  'A'.repeat(70),
];
