import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ChatError } from '../../../core/errors.ts';
import { waitFor } from '../wait.ts';
import { writePage } from './page.ts';

/** A browser that came back with an answer; it must be answered. */
export interface Callback {
  /** The address that it came to, without its code and state: what the code was issued for. */
  readonly path: string;
  readonly query: URLSearchParams;
  show(title: string, text: string): Promise<void>;
  redirect(url: string): Promise<void>;
}

/** A small server on this machine's own address that browsers are sent back to. */
export interface Loopback {
  /** `http://localhost:{port}` */
  readonly url: string;
  /** The next browser that brings the state that belongs to this sign-in; others are turned away. */
  next(state: string, signal: AbortSignal): Promise<Callback>;
  close(): Promise<void>;
}

/** Listens on the first free port, on loopback only. Throws `ChatError` when all are taken. */
export async function openLoopback(ports: readonly number[] = knownPorts): Promise<Loopback> {
  let expected: { readonly state: string; readonly give: (callback: Callback) => void } | undefined;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = request.headers.host ?? '';
    const url = URL.parse(request.url ?? '/', `http://${host}`);
    // Another name for this address is a page that tries to reach us through its own domain.
    const isOurs = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
    if (!isOurs || request.method !== 'GET' || !paths.has(url.pathname)) return void send(response, 404, notHere);
    if (expected === undefined || url.searchParams.get('state') !== expected.state) {
      return void send(response, 400, wrongState);
    }
    const { give } = expected;
    expected = undefined;
    give({
      path: url.pathname,
      query: url.searchParams,
      show: (title, text) => send(response, 200, writePage(title, text)),
      redirect: target => send(response, 302, '', { location: target }),
    });
  };
  const { servers, port } = await listen(answer, ports);
  return {
    url: `http://localhost:${port}`,
    next(state, signal) {
      const callback = new Promise<Callback>(resolve => {
        expected = { state, give: resolve };
      });
      return waitFor(callback, signal);
    },
    async close() {
      await Promise.all(servers.map(stop));
    },
  };
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  ports: readonly number[],
): Promise<{ servers: readonly Server[]; port: number }> {
  for (const wanted of ports) {
    const first = await tryPort(answer, '127.0.0.1', wanted);
    if (typeof first === 'string') continue;
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : wanted;
    // Browsers may try the newer address first, and must not meet another program there.
    const second = await tryPort(answer, '::1', port);
    if (second !== 'EADDRINUSE') return { servers: typeof second === 'string' ? [first] : [first, second], port };
    await stop(first);
  }
  const list = ports.join(', ');
  throw new ChatError(
    'login',
    `No port for the browser to come back to is free (${list}). Use kiro-gw login --device.`,
  );
}

async function tryPort(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  port: number,
): Promise<Server | string> {
  const server = createServer(answer);
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // A browser that never finishes must not hold the sign-in.
  const impatience = setTimeout(() => server.closeAllConnections(), 500);
  await closed;
  clearTimeout(impatience);
}

async function send(
  response: ServerResponse,
  status: number,
  page: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    connection: 'close',
    ...headers,
  });
  response.end(page);
  if (!response.writableFinished) await Promise.race([once(response, 'finish'), once(response, 'close')]);
}

const notHere = writePage('Nothing here', 'This address only takes the answer of a sign-in.');
const wrongState = writePage(
  'Not this sign-in',
  'This answer belongs to another sign-in. Start again in the terminal.',
);

const paths: ReadonlySet<string> = new Set(['/oauth/callback', '/signin/callback', '/']);

// Those that the service lets browsers come back to.
const knownPorts: readonly number[] = [3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153];
