import type { Backend } from '../core/backend.ts';
import type { Log } from '../core/log.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ResponseStore } from '../dialects/openai-responses/index.ts';
import type { Exchange } from './exchange.ts';
import type { Key } from './keys.ts';
import type { Reading } from './metrics.ts';
import type { RequestRecord } from './record.ts';
import type { Witness } from './witness.ts';

/** What a server is made of. */
export interface ServerOptions {
  readonly backend: Backend;
  readonly dialects: Dialects;
  /** The keys that clients may send; at least one. */
  readonly keys: readonly Key[];
  /** The address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  /** This program's own. */
  readonly version: string;
  readonly limits?: Partial<Limits>;
  /** Origins whose pages may call the gateway from a browser; `*` allows all. None when unset. */
  readonly corsOrigins?: readonly string[];
  /** Names besides addresses and localhost under which the gateway is reached; `*` allows all. */
  readonly allowedHosts?: readonly string[];
  /** Serves HTTPS: PEM text of the certificate chain and of its key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Figures of other layers that `/metrics` shows beside the server's own. */
  readonly readings?: () => readonly Reading[];
  /** The answers that clients of the Responses API may come back to. */
  readonly store?: ResponseStore;
  /** Told once about every request, when it is over. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Looks on at a request and all that comes of it. */
  readonly witness?: (exchange: Exchange) => Witness;
  /** A new id for a request that brings none. */
  readonly newId?: () => string;
}

/** The client APIs. */
export interface Dialects {
  readonly anthropic: Dialect;
  readonly openaiChat: Dialect;
  readonly openaiCompletions: Dialect;
  /** The server's own when unset, with a store of its own. */
  readonly openaiResponses?: Dialect;
}

/** Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** A request body, as sent and also when unpacked. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** For the head of a request to arrive. */
  readonly headerTimeout: number;
  /** For its body to arrive. */
  readonly bodyTimeout: number;
  /** How long a stream's status is held back for the answer's first part. */
  readonly firstByteWait: number;
  /** The silence after which a stream gets a heartbeat. */
  readonly heartbeat: number;
  /** How long a client may not take what is written before it counts as gone. */
  readonly stallTimeout: number;
  /** How long a quiet connection is kept for the next request. */
  readonly keepAlive: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  headerBytes: 32 * 1024,
  headerTimeout: 15_000,
  bodyTimeout: 60_000,
  firstByteWait: 15_000,
  heartbeat: 10_000,
  stallTimeout: 300_000,
  keepAlive: 75_000,
};
