import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici/index.js';
import { ChatError } from '../core/errors.ts';
import { type Body, createBody } from './body.ts';
import { cancelled } from './clock.ts';
import { toNetworkError } from './network.ts';
import { chooseProxies, type Proxies, type ProxyOptions, proxyFor } from './proxies.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer's headers; no limit when missing. */
  readonly headersTimeout?: number;
  /** Milliseconds of silence within the answer's body; no limit when missing. */
  readonly bodyTimeout?: number;
}

export interface TransportResponse {
  readonly status: number;
  /** By its lower-case name. */
  header(name: string): string | undefined;
  /** To be read once; leaving it early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
}

/** The only way to the network. Failures are `ChatError`s of kind `network`, `timeout` or `cancelled`, in words. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

export interface TransportOptions extends ProxyOptions {
  /** Connections to one host; no limit when missing. */
  readonly maxConnections?: number;
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** Milliseconds that an unused connection is kept. */
  readonly keepAliveTimeout?: number;
  /** Certificates (PEM) to trust instead of the built-in ones. */
  readonly ca?: readonly string[];
}

/** Connects on first use: the network library is not loaded before. */
export function createTransport(options: TransportOptions = {}): Transport {
  let agent: Promise<Dispatcher> | undefined;
  let proxies: Proxies | undefined;
  return {
    async send(request) {
      if (request.signal?.aborted) throw cancelled();
      proxies ??= chooseProxies(options);
      agent ??= createDispatcher(options, proxies);
      return dispatch(await agent, request, proxies);
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}

async function createDispatcher(options: TransportOptions, { http, https, direct }: Proxies): Promise<Dispatcher> {
  const connectTimeout = options.connectTimeout ?? 10_000;
  const tls = options.ca === undefined ? undefined : { ca: [...options.ca] };
  const pool = {
    connections: options.maxConnections ?? null,
    keepAliveTimeout: options.keepAliveTimeout ?? 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout,
    connect: { timeout: connectTimeout, ...tls },
    allowH2: false,
  };
  // A bare `undici` is the runtime's own stub, which ignores agents and proxies. The whole library takes twice the time
  // to load that its agent takes, and 6 MB more.
  if (http === '' && https === '') {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
    return new Agent(pool);
  }
  const { EnvHttpProxyAgent } = await import('undici/index.js');
  // Empty texts keep it from looking into the environment by itself.
  // With `proxyTls`, a SOCKS proxy would be spoken to over TLS.
  const isSecure = http.startsWith('https:') || https.startsWith('https:');
  const trust = tls === undefined ? {} : { requestTls: tls, ...(isSecure ? { proxyTls: tls } : {}) };
  return new EnvHttpProxyAgent({ ...pool, ...trust, httpProxy: http, httpsProxy: https, noProxy: direct });
}

function dispatch(dispatcher: Dispatcher, request: TransportRequest, proxies: Proxies) {
  const { signal } = request;
  const url = new URL(request.url);
  // Nothing that lives as long as the answer holds the request: that can be large.
  const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
  let controller: Dispatcher.DispatchController | undefined;
  let body: Body | undefined;
  const fail = (thrown: unknown): void => {
    signal?.removeEventListener('abort', cancel);
    const error = toNetworkError(thrown, url.host, proxyFor(url, proxies));
    if (body === undefined) reject(error);
    else body.fail(error);
  };
  const cancel = (): void => {
    fail(cancelled());
    controller?.abort(new Error('cancelled'));
  };
  signal?.addEventListener('abort', cancel);
  dispatcher.dispatch(
    {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      ...handOver(request),
      headersTimeout: request.headersTimeout ?? 0,
      bodyTimeout: request.bodyTimeout ?? 0,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (signal?.aborted) started.abort(new Error('cancelled'));
      },
      onResponseStart(started, status, headers) {
        body = createBody(started);
        resolve({
          status,
          header(name) {
            const value = headers[name];
            return Array.isArray(value) ? value[0] : value;
          },
          body: body.chunks,
          text: () => readText(body?.chunks ?? []),
        });
      },
      onResponseData(_, chunk) {
        body?.push(chunk);
      },
      onResponseEnd() {
        signal?.removeEventListener('abort', cancel);
        body?.end();
      },
      onResponseError(_, error) {
        fail(error);
      },
    },
  );
  return promise;
}

/**
 * A body as the network library takes it, and its headers. The library holds what it is given until the answer has ended,
 * so a large body is given as a stream, of which nothing is left once it is sent.
 */
function handOver({ body, headers }: TransportRequest): Pick<Dispatcher.DispatchOptions, 'body' | 'headers'> {
  if (body === undefined || body.length < large) return { headers, body: body ?? null };
  let left: string | undefined = body;
  const stream = new Readable({
    read() {
      this.push(left, 'utf8');
      left = undefined;
      this.push(null);
    },
  });
  return { headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body: stream };
}

async function readText(chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[]): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > longestText) throw new ChatError('upstream', 'The service answered more than 32 MiB. Try again.');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

const longestText = 32 * 1024 * 1024;
const large = 64 * 1024;
