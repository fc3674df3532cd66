import { lookup as lookupName } from 'node:dns/promises';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { isIP } from 'node:net';
import type { Transport } from '../transport.ts';
import { isPublicAddress } from './addresses.ts';

/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** How far a fetch may go. */
export interface FetchOptions {
  /** Bytes of the file at most. */
  readonly maxBytes: number;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Also from private and loopback addresses. */
  readonly allowPrivate: boolean;
  readonly lookup?: Lookup;
  /** What leads through the proxy that is set for an address; undefined where none is. */
  readonly proxied?: (url: URL) => Transport | undefined;
  readonly signal: AbortSignal;
}

/** A file as its server gave it. */
export interface FetchedFile {
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
}

/** Why a file could not be fetched, in words for the model and the user. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** The host is of a private network, and fetching from those is off. */
export class PrivateHostError extends FetchError {}

/**
 * Fetches a file that a client named by its address. It connects only to addresses that were checked, also after
 * redirects, so that nobody reaches through it into the network that it runs in.
 */
export async function fetchFile(url: string, options: FetchOptions): Promise<FetchedFile> {
  const limit = AbortSignal.timeout(options.timeout);
  const signal = AbortSignal.any([limit, options.signal]);
  try {
    let address = url;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await request(parse(address), options, signal);
      const next = redirectOf(response);
      if (next === undefined) return await readFile(response, options.maxBytes, signal);
      response.close();
      address = new URL(next, address).href;
    }
    throw new FetchError(`the address redirects more than ${maxRedirects} times`);
  } catch (error) {
    options.signal.throwIfAborted();
    if (limit.aborted) throw new FetchError(`it took longer than ${options.timeout / 1000} s`);
    throw error instanceof FetchError ? error : new FetchError('the server could not be reached', { cause: error });
  }
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FetchError('the address is not an http or https URL');
}

/** What a server answered; its body is read once, or not at all. */
interface Answer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  isWhole(): boolean;
  close(): void;
}

async function request(url: URL, options: FetchOptions, signal: AbortSignal): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = await checkedAddress(host, options, signal);
  const proxied = options.proxied?.(url);
  return await (proxied === undefined ? askDirectly(url, host, address, signal) : ask(proxied, url, address, signal));
}

async function askDirectly(url: URL, host: string, address: string, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const get = url.protocol === 'https:' ? getSecure : getPlain;
  const started = get(
    {
      host,
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      headers,
      // A connection of its own, to the address that was checked: names can change between two look-ups.
      agent: false,
      lookup: (_host, { all }, callback) => {
        const family = isIP(address);
        if (all === true) callback(null, [{ address, family }]);
        else callback(null, address, family);
      },
      signal,
    },
    resolve,
  );
  started.on('error', reject);
  const response = await promise;
  return {
    status: response.statusCode ?? 0,
    header: name => [response.headers[name]].flat()[0],
    chunks: response as AsyncIterable<Uint8Array>,
    isWhole: () => response.complete,
    close: () => void response.destroy(),
  };
}

// The proxy is asked for the address that was checked: what the name means to it is unknown here.
async function ask(proxied: Transport, url: URL, address: string, signal: AbortSignal): Promise<Answer> {
  const checked = new URL(url);
  checked.hostname = isIP(address) === 6 ? `[${address}]` : address;
  const leaving = new AbortController();
  const response = await proxied.send({
    method: 'GET',
    url: checked.href,
    headers: { ...headers, host: url.host },
    signal: AbortSignal.any([signal, leaving.signal]),
  });
  return {
    status: response.status,
    header: name => response.header(name),
    chunks: response.body,
    isWhole: () => true,
    close: () => leaving.abort(),
  };
}

async function checkedAddress(host: string, options: FetchOptions, signal: AbortSignal): Promise<string> {
  const addresses = isIP(host) === 0 ? await (options.lookup ?? lookupAll)(host) : [host];
  signal.throwIfAborted();
  const [first] = addresses;
  if (first === undefined) throw new FetchError(`the host ${host} is unknown`);
  if (!options.allowPrivate && !addresses.every(isPublicAddress)) {
    throw new PrivateHostError(`the host ${host} is not on the public internet`);
  }
  return first;
}

async function lookupAll(host: string): Promise<readonly string[]> {
  try {
    return (await lookupName(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new FetchError(`the host ${host} is unknown`, { cause: error });
  }
}

function redirectOf({ status, header }: Answer): string | undefined {
  return redirects.has(status) ? header('location') : undefined;
}

async function readFile(answer: Answer, maxBytes: number, signal: AbortSignal): Promise<FetchedFile> {
  const { status } = answer;
  try {
    if (status < 200 || status > 299) throw new FetchError(`the server answered ${status}`);
    const tooLarge = new FetchError(`it is larger than ${Math.round(maxBytes / 1e6)} MB`);
    if (Number(answer.header('content-length') ?? 0) > maxBytes) throw tooLarge;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of answer.chunks) {
      signal.throwIfAborted();
      length += chunk.length;
      if (length > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
    if (!answer.isWhole()) throw new FetchError('the connection was lost');
    const mediaType = answer.header('content-type');
    return { bytes: Buffer.concat(chunks), ...(mediaType === undefined ? {} : { mediaType }) };
  } finally {
    answer.close();
  }
}

const headers = { 'user-agent': 'kiro-gw', accept: '*/*', 'accept-encoding': 'identity' };
const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
