import { ChatError } from '../core/errors.ts';

/** How a connection failed; the `code` of the error. */
export type NetworkCode =
  | 'dns'
  | 'refused'
  | 'reset'
  | 'unreachable'
  | 'tls'
  | 'plain'
  | 'proxy'
  | 'connect-timeout'
  | 'headers-timeout'
  | 'body-timeout'
  | 'protocol'
  | 'connection';

/** A failed connection in words: what happened, to which host, and what to try. `proxy` is the one in use, if any. */
export function toNetworkError(thrown: unknown, host: string, proxy?: string): ChatError {
  if (thrown instanceof ChatError) return thrown;
  const found = codeOf(thrown);
  // With a proxy, the connection that failed is the one to the proxy.
  const code = proxy !== undefined && onTheWay.includes(found) ? 'proxy' : found;
  const { kind = 'network', what, advice } = words[code];
  const message = `${what.replace('{host}', host)} ${advice}${proxyHint(proxy)}`;
  return new ChatError(kind, message, { code, cause: thrown });
}

const onTheWay: readonly NetworkCode[] = ['dns', 'refused', 'unreachable', 'connect-timeout'];

/** Whether the request cannot have reached the service: nothing was sent yet. */
export function neverConnected(error: ChatError): boolean {
  return (
    error.code === 'tls' ||
    error.code === 'plain' ||
    error.code === 'proxy' ||
    onTheWay.some(code => code === error.code)
  );
}

function codeOf(thrown: unknown): NetworkCode {
  for (const cause of causesOf(thrown)) {
    const signs = `${'code' in cause ? String(cause.code) : ''} ${cause.name} ${cause.message}`;
    const found = patterns.find(([pattern]) => pattern.test(signs));
    if (found !== undefined) return found[1];
  }
  return 'connection';
}

// The innermost first: it says most.
function causesOf(thrown: unknown): readonly Error[] {
  const found: Error[] = [];
  const visit = (value: unknown): void => {
    if (!(value instanceof Error) || found.includes(value)) return;
    found.unshift(value);
    visit(value.cause);
    if (value instanceof AggregateError) for (const error of value.errors) visit(error);
  };
  visit(thrown);
  return found;
}

function proxyHint(proxy: string | undefined): string {
  if (proxy === undefined) return '';
  // Only the host: the rest may hold a password.
  const place = URL.canParse(proxy) ? new URL(proxy).host : 'not a URL';
  return ` (In use: the proxy ${place}.)`;
}

const patterns: readonly (readonly [RegExp, NetworkCode])[] = [
  // Certificates name hosts as "DNS:…".
  [/ENOTFOUND|EAI_|DNS(?!:)/, 'dns'],
  [/SOCKS|Proxy response|PRX_TLS|ProxyConnection|UND_ERR_PRX/i, 'proxy'],
  [/ECONNREFUSED|ConnectionRefused/, 'refused'],
  [/EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL/, 'unreachable'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, 'plain'],
  [/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|TLS|SSL/, 'tls'],
  [/HTTPParserError|HPE_/, 'protocol'],
  [/UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT/, 'connect-timeout'],
  [/UND_ERR_HEADERS_TIMEOUT/, 'headers-timeout'],
  [/UND_ERR_BODY_TIMEOUT/, 'body-timeout'],
  [/ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|other side closed|socket hang up/, 'reset'],
];

const words: Record<NetworkCode, { kind?: 'timeout'; what: string; advice: string }> = {
  dns: {
    what: 'The name {host} was not found.',
    advice: 'Check the internet connection, the DNS server and the region (KIRO_REGION), then run: kiro-gw doctor',
  },
  refused: {
    what: '{host} refused the connection.',
    advice: 'Check the firewall, a VPN or the address, then run: kiro-gw doctor',
  },
  reset: {
    what: 'The connection to {host} broke off.',
    advice: 'Try again; if it happens often, look for a proxy, VPN or firewall that cuts long connections.',
  },
  unreachable: {
    what: 'There is no route to {host}.',
    advice: 'Check the internet connection or the VPN, then run: kiro-gw doctor',
  },
  tls: {
    what: 'The secure connection to {host} failed: its certificate is not trusted or does not fit.',
    advice: "Where a company's proxy signs the traffic, set NODE_EXTRA_CA_CERTS to its certificate file (PEM).",
  },
  plain: {
    what: '{host} does not speak TLS.',
    advice: 'Check the address: it begins with https://, and what listens there may want http://.',
  },
  proxy: {
    what: 'The proxy did not connect to {host}.',
    advice:
      'Check its address, user and password (VPN_PROXY_URL, HTTPS_PROXY, ALL_PROXY), or name the host in NO_PROXY.',
  },
  'connect-timeout': {
    kind: 'timeout',
    what: 'Connecting to {host} took too long.',
    advice: 'Check the internet connection, the firewall or the proxy settings, then run: kiro-gw doctor',
  },
  'headers-timeout': {
    kind: 'timeout',
    what: '{host} did not answer in time.',
    advice: 'Try again, or with a smaller conversation.',
  },
  'body-timeout': {
    kind: 'timeout',
    what: '{host} stopped in mid-answer.',
    advice: 'Try again; STREAMING_READ_TIMEOUT sets how long a silence may last.',
  },
  protocol: {
    what: '{host} does not speak HTTP.',
    advice: 'Check the address, and whether something on the way answers in its place, then run: kiro-gw doctor',
  },
  connection: {
    what: 'The connection to {host} failed.',
    advice: 'Check the network, then run: kiro-gw doctor',
  },
};
