import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { ChatError } from '../core/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Limits, ServerOptions } from './options.ts';

/** Where a server can be reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** For clients, without a path. */
  readonly url: string;
}

/** What takes connections and reads requests from them. */
export interface Listener {
  /** Throws `ChatError` that says what to do when the address cannot be had. */
  listen(): Promise<Address>;
  /** Takes no more connections, and ends those on which nothing runs. */
  close(): void;
  /** Ends all connections. */
  leave(): void;
}

/** Creates the HTTP server, with its own answers to what is not HTTP. */
export function createListener(answer: RequestListener, options: ServerOptions, limits: Limits): Listener {
  const server = createHttpServer(answer, options, limits);
  const { dialects, log } = options;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuse(socket, error.code ?? '', dialects.openaiChat),
  );
  server.on('connect', (_request, socket) => refuse(socket, 'CONNECT', dialects.openaiChat));
  server.on('error', error => {
    if (server.listening) log.error('a connection could not be taken', { cause: error });
  });
  return {
    listen: () => listen(server, options),
    close() {
      // In this order: a closed server no longer finds them.
      server.closeIdleConnections();
      server.close();
    },
    leave: () => server.closeAllConnections(),
  };
}

function createHttpServer(answer: RequestListener, { tls }: ServerOptions, limits: Limits): Server {
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerTimeout,
    // The body has a limit of its own, with an answer in the API's form; this one is for what never gets so far.
    requestTimeout: limits.headerTimeout + limits.bodyTimeout + 5_000,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: Math.min(1_000, limits.headerTimeout / 4),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
  if (tls === undefined) return createServer(settings, answer);
  checkCertificate(tls);
  return createSecureServer({ ...settings, ...tls }, answer);
}

function checkCertificate({ cert, key }: { readonly cert: string; readonly key: string }): void {
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    throw new ChatError('invalid', 'TLS_CERT or TLS_KEY is not what its name says, as PEM text.');
  }
  throw new ChatError('invalid', 'TLS_KEY is not the key of TLS_CERT.');
}

function listen(server: Server, { host, port, tls }: Pick<ServerOptions, 'host' | 'port' | 'tls'>): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(writeListenError(error, host, port));
    server.once('error', fail);
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
      server.off('error', fail);
      const bound = server.address();
      const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
      resolve({ host, port: boundPort, url: `${tls ? 'https' : 'http'}://${writeHost(host)}:${boundPort}` });
    });
  });
}

function writeHost(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === '0.0.0.0') return '127.0.0.1';
  if (bare === '::') return '[::1]';
  return bare.includes(':') ? `[${bare}]` : bare;
}

function writeListenError(error: NodeJS.ErrnoException, host: string, port: number): ChatError {
  const code = error.code ?? 'unknown';
  const text = listenErrors[code]?.(host, port) ?? `Listening on ${host}, port ${port}, failed.`;
  return new ChatError('network', `${text} (${code})`, { code, cause: error });
}

// What came is not a request that could be routed, so the error has the form that most clients read.
function refuse(socket: Duplex, code: string, dialect: Dialect): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, message } = clientErrors[code] ?? clientErrors.other;
  const body = JSON.stringify(dialect.error(new ChatError('invalid', message), 'none').body);
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/json\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const unknownHost = (host: string): string => `The host name ${host} is not known. Choose an address with --host.`;

const listenErrors: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken. Stop what uses it, or choose another with --port.`,
  EACCES: (host, port) => `Port ${port} on ${host} needs rights that this user does not have. Choose one above 1023.`,
  EADDRNOTAVAIL: host => `This machine has no address ${host}. Choose another with --host.`,
  ENOTFOUND: unknownHost,
  // What Bun says of such a name.
  EINVAL: unknownHost,
};

const clientErrors = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    phrase: 'Request Header Fields Too Large',
    message: 'The head of the request is too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    phrase: 'Request Timeout',
    message: 'The request did not arrive in time.',
  },
  CONNECT: { status: 405, phrase: 'Method Not Allowed', message: 'The gateway is not a proxy.' },
  other: { status: 400, phrase: 'Bad Request', message: 'What was sent is not a valid HTTP request.' },
} as { readonly other: ClientError; readonly [code: string]: ClientError | undefined };

interface ClientError {
  readonly status: number;
  readonly phrase: string;
  readonly message: string;
}
