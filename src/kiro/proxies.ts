import { ChatError } from '../core/errors.ts';

/** Which proxies a user has set, and for which hosts not. */
export interface ProxyOptions {
  /** `http://`, `https://` or `socks5://`, also with `user:password@`; for every host that `noProxy` does not name. */
  readonly proxy?: string | undefined;
  /** As in the environment variables of these names; they leave loopback addresses alone. */
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly allProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

/** The proxies to use; empty texts for none. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  /** Hosts that are reached directly, comma-separated. */
  readonly direct: string;
}

/** Throws `ChatError` of kind `network` for an address that cannot be a proxy. */
export function chooseProxies({ proxy, httpProxy, httpsProxy, allProxy, noProxy = '' }: ProxyOptions): Proxies {
  if (proxy) {
    const address = readProxy(proxy, 'VPN_PROXY_URL');
    return { http: address, https: address, direct: noProxy };
  }
  const choose = (own: string | undefined, name: string): string => {
    if (own) return readProxy(own, name);
    return allProxy ? readProxy(allProxy, 'ALL_PROXY') : '';
  };
  return {
    http: choose(httpProxy, 'HTTP_PROXY'),
    https: choose(httpsProxy, 'HTTPS_PROXY'),
    direct: `${loopback},${noProxy}`,
  };
}

/** The proxy that an address is reached through. */
export function proxyFor(url: URL, { http, https, direct }: Proxies): string | undefined {
  const isSecure = url.protocol === 'https:';
  const chosen = isSecure ? https : http;
  const host = bare(url.hostname);
  const port = url.port || (isSecure ? '443' : '80');
  const isDirect = direct
    .toLowerCase()
    .split(/[,\s]+/)
    .some(entry => covers(entry, host, port));
  return chosen === '' || isDirect ? undefined : chosen;
}

// As the agent that connects takes it: a port counts, what has several colons is an address, and `*.` leaves out the
// domain itself.
function covers(entry: string, host: string, port: string): boolean {
  const [, own = entry, only = port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  const domain = bare(own.replace(/^\*?\./, ''));
  if (domain === '' || only !== port) return false;
  return domain === '*' || (domain === host && !entry.startsWith('*')) || host.endsWith(`.${domain}`);
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').replace(/(.)\.$/, '$1');

/** Tells which addresses are reached through a proxy. */
export function viaProxy(options: ProxyOptions): (url: URL) => boolean {
  let proxies: Proxies | undefined;
  return url => {
    proxies ??= chooseProxies(options);
    return proxyFor(url, proxies) !== undefined;
  };
}

// Other programs take these forms, too.
function readProxy(text: string, name: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(address.replace(/^socks5h:/i, 'socks5:').replace(/^socks:/i, 'socks5:'));
  if (url !== null && url.hostname !== '' && schemes.includes(url.protocol)) return url.href;
  // The address may hold a password: it is not repeated.
  throw new ChatError('network', `${name} is no proxy that can be used. Write it as http://, https:// or socks5://.`, {
    code: 'proxy',
  });
}

const schemes = ['http:', 'https:', 'socks5:'];
const loopback = 'localhost,127.0.0.1,::1';
