import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChatError } from '../core/errors.ts';
import type { Dialect, Header } from '../dialects/dialect.ts';
import { type Notes, type RequestRecord, readClient, writeShort } from './record.ts';
import type { Witness } from './witness.ts';

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's own id of the request where it sent one. */
  readonly id: string;
  readonly method: string;
  /** As the routes know it. */
  readonly path: string;
  /** As it was written; few endpoints have one. */
  readonly query: string;
  readonly header: Header;
  /** The API in whose form errors are written. */
  readonly dialect: Dialect;
  /** Headers of every answer. */
  readonly headers: Record<string, string>;
  /** Aborted when the client leaves, and when the server cannot wait any longer. */
  readonly signal: AbortSignal;
  readonly notes: Notes;
  /** Who looks on, if anybody does. */
  witness?: Witness;
  /** The answer is complete: a client that leaves now has lost nothing. */
  complete(): void;
  /** Ends the exchange early, with an error for the client. */
  cut(error: ChatError): void;
  /** Milliseconds since the request came. */
  elapsed(): number;
}

/** Opens an exchange; `closed` is called once, when its connection has nothing more to do with it. */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  given: Pick<Exchange, 'path' | 'query' | 'dialect'> & { readonly newId: () => string },
  closed: (exchange: Exchange, record: RequestRecord) => void,
): Exchange {
  const started = performance.now();
  const controller = new AbortController();
  const notes: Notes = {};
  const header = readHeader(request);
  const sentId = header('x-request-id');
  const id = sentId !== undefined && requestId.test(sentId) ? sentId : given.newId();
  let isComplete = false;

  const exchange: Exchange = {
    request,
    response,
    id,
    method: request.method ?? 'GET',
    path: given.path,
    query: given.query,
    header,
    dialect: given.dialect,
    headers: { 'x-request-id': id, 'x-content-type-options': 'nosniff' },
    signal: controller.signal,
    notes,
    complete() {
      isComplete = true;
    },
    cut(error) {
      controller.abort(error);
    },
    elapsed: () => performance.now() - started,
  };
  response.once('close', () => {
    const cancelled = !isComplete && !response.writableEnded;
    if (cancelled) controller.abort(new ChatError('cancelled', 'The client left.'));
    closed(exchange, writeRecord(exchange, cancelled));
  });
  return exchange;
}

function readHeader(request: IncomingMessage): Header {
  return name => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
}

function writeRecord(exchange: Exchange, cancelled: boolean): RequestRecord {
  const client = readClient(exchange.header('user-agent'));
  const traceparent = /^[\da-f-]{55}$/.exec(exchange.header('traceparent') ?? '')?.[0];
  const { model } = exchange.notes;
  return {
    id: exchange.id,
    method: exchange.method,
    path: writeShort(exchange.path),
    status: exchange.response.statusCode,
    ...(client === undefined ? {} : { client }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...exchange.notes,
    ...(model === undefined ? {} : { model: writeShort(model) }),
    cancelled,
    totalMs: exchange.elapsed(),
  };
}

const requestId = /^[\w.:@/+=-]{1,128}$/;
