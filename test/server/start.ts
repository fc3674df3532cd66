import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { createServer, type Server } from '../../src/server/app.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import type { RequestRecord } from '../../src/server/record.ts';
import { createFakeBackend, type FakeBackend } from '../support/fake-backend.ts';
import { plainDialects } from '../support/plain-dialect.ts';

export const key = 'key-of-the-gateway-0001';

export interface Started {
  readonly server: Server;
  readonly backend: FakeBackend;
  readonly url: string;
  readonly port: number;
  readonly records: RequestRecord[];
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  /** The record of the next request that ends, or of the one that ended since the last call. */
  record(): Promise<RequestRecord>;
  /** A request with the key. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** A question with the key. */
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
}

/** Limits that no test lives to see: what ends under them ends for a reason of its own, at once. */
export const noTimers = {
  headerTimeout: 600_000,
  bodyTimeout: 600_000,
  firstByteWait: 600_000,
  heartbeat: 600_000,
  stallTimeout: 600_000,
  keepAlive: 600_000,
};

/** A gateway on a free port, over a vendor that the test scripts; closed when the test ends. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<Started> {
  const backend = createFakeBackend();
  const records: RequestRecord[] = [];
  const logged: Started['logged'][number][] = [];
  let told = 0;
  let wake = (): void => undefined;
  const say = (level: string) => (message: string, fields?: unknown) => void logged.push({ level, message, fields });
  const log: Log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const server = createServer({
    backend,
    dialects: plainDialects,
    keys: [{ name: 'default', key }],
    host: '127.0.0.1',
    port: 0,
    log,
    version: '9.9.9',
    onRequest(record) {
      records.push(record);
      wake();
    },
    ...options,
  });
  const { url, port } = await server.listen();
  onTestFinished(async () => {
    await server.close(0);
  });
  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${key}`, ...(init.headers as object) } });
  return {
    server,
    backend,
    url,
    port,
    records,
    logged,
    async record() {
      while (records.length === told) await new Promise<void>(resolve => (wake = resolve));
      return records[told++] as RequestRecord;
    },
    send,
    post: (path, body, init = {}) => send(path, { method: 'POST', body: JSON.stringify(body), ...init }),
  };
}

export interface RawConnection {
  readonly socket: Socket;
  /** All that came until the server closed the connection. */
  readonly closed: Promise<string>;
  /** Settles with all that came as soon as it holds this text. */
  until(text: string): Promise<string>;
}

/** A connection that can send anything. */
export function openRaw(port: number, text = ''): RawConnection {
  const socket = connect(port, '127.0.0.1');
  let got = '';
  const waits = new Set<() => void>();
  socket.on('data', chunk => {
    got += chunk.toString('latin1');
    for (const wait of waits) wait();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<string>(resolve => socket.on('close', () => resolve(got)));
  if (text !== '') socket.write(text);
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    closed,
    until: wanted =>
      new Promise(resolve => {
        const look = (): void => {
          if (!got.includes(wanted)) return;
          waits.delete(look);
          resolve(got);
        };
        waits.add(look);
        look();
      }),
  };
}

/** The text of a request with the key. */
export function writeRequest(path: string, body: unknown, headers: readonly string[] = []): string {
  const text = JSON.stringify(body);
  const lines = [`POST ${path} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${key}`, ...headers];
  return `${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
