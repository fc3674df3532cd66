// Keeps web pages out: a page of another origin may neither read from the gateway nor spend through it, also when its
// host name was rebound to this machine.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ChatError } from '../core/errors.ts';
import type { Header } from '../dialects/dialect.ts';

export interface Guard {
  /** Throws `ChatError` of kind `forbidden` or `invalid` for a request that this server must not answer. */
  check(request: IncomingMessage, header: Header): void;
  /** The headers that let an allowed page read the answer. */
  cors(header: Header): Readonly<Record<string, string>>;
  /** The further headers of the answer to a preflight request. */
  preflight(header: Header): Readonly<Record<string, string>>;
}

export function createGuard(options: {
  readonly host: string;
  readonly allowedHosts?: readonly string[];
  readonly corsOrigins?: readonly string[];
}): Guard {
  const hosts = new Set([...(options.allowedHosts ?? []), options.host].map(host => host.toLowerCase()));
  const origins = new Set((options.corsOrigins ?? []).map(origin => origin.toLowerCase().replace(/\/$/, '')));
  const isHost = (host: string): boolean => hosts.has('*') || hosts.has(host) || isOwnName(host);
  const isCors = (origin: string): boolean => origins.has('*') || origins.has(origin.toLowerCase());

  return {
    check(request, header) {
      const coding = header('transfer-encoding');
      if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
        throw new ChatError(
          'invalid',
          `The transfer-encoding ${JSON.stringify(coding)} is not known. Send it chunked.`,
        );
      }
      const named = readHosts(request);
      if (named.length > 1) throw new ChatError('invalid', 'The request names more than one host.');
      const wrong = named.find(host => !isHost(readHostName(host)));
      if (wrong !== undefined) {
        throw new ChatError(
          'forbidden',
          `The gateway does not answer under the host name ${JSON.stringify(readHostName(wrong))}. ` +
            'If it is yours, add it to ALLOWED_HOSTS.',
        );
      }
      const origin = header('origin');
      if (origin !== undefined && !isCors(origin) && !isSameOrigin(origin, named[0])) {
        throw new ChatError('forbidden', `Pages of ${JSON.stringify(origin)} may not use the gateway. ${howToAllow}`);
      }
      if (origin === undefined && isFromPage(header) && request.method !== 'GET' && request.method !== 'HEAD') {
        throw new ChatError('forbidden', `Pages of other origins may not use the gateway. ${howToAllow}`);
      }
    },

    cors(header) {
      const origin = header('origin');
      if (origin === undefined || !isCors(origin)) return sameOriginOnly;
      return {
        'access-control-allow-origin': origins.has('*') ? '*' : origin,
        'access-control-expose-headers': exposed,
        'cross-origin-resource-policy': 'cross-origin',
        vary: 'origin',
      };
    },

    preflight(header) {
      const wanted = header('access-control-request-headers');
      return {
        'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
        'access-control-max-age': '600',
        ...(wanted !== undefined && headerNames.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
        ...(header('access-control-request-private-network') === 'true'
          ? { 'access-control-allow-private-network': 'true' }
          : {}),
      };
    },
  };
}

// Both where the request line names one and in every Host header: a proxy in between may believe either.
function readHosts(request: IncomingMessage): string[] {
  const found = new Set<string>();
  const { rawHeaders } = request;
  let headers = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== 'host') continue;
    headers += 1;
    found.add((rawHeaders[at + 1] ?? '').toLowerCase());
  }
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? '')?.[1];
  if (absolute !== undefined) found.add(absolute.toLowerCase());
  return headers > 1 ? [...found, ''] : [...found];
}

function readHostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

// An address cannot be rebound: a page reaches it only under its own origin. The .internal names are reserved.
function isOwnName(host: string): boolean {
  return host === 'localhost' || isIP(host) !== 0 || host.endsWith('.localhost') || containerHosts.has(host);
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && /^https?:\/\/(.*)$/i.exec(origin)?.[1]?.toLowerCase() === host;
}

function isFromPage(header: Header): boolean {
  const site = header('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

const howToAllow = 'If they are yours, add the origin to CORS_ORIGINS.';
const headerNames = /^[\w\-, ]{1,2000}$/;
const exposed = 'x-request-id, request-id, retry-after, x-should-retry, x-kiro-gw-ignored';
const sameOriginOnly = { 'cross-origin-resource-policy': 'same-origin' };
const containerHosts: ReadonlySet<string> = new Set([
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
]);
