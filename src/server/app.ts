import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChatError } from '../core/errors.ts';
import { createOpenaiResponses, createResponseStore } from '../dialects/openai-responses/index.ts';
import type { Context } from './context.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { sendError } from './failure.ts';
import { chooseDialect } from './form.ts';
import { createGuard } from './guard.ts';
import { createHandler } from './handler.ts';
import { checkKeyStrength, createKeyCheck } from './keys.ts';
import { type Address, createListener } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { defaultLimits, type ServerOptions } from './options.ts';
import { readPath } from './path.ts';
import type { RequestRecord } from './record.ts';

/** A gateway that listens. */
export interface Server {
  /** Starts to listen; throws `ChatError` when the address cannot be had. */
  listen(): Promise<Address>;
  /** Requests that are running now. */
  open(): number;
  /** Takes no more requests and waits for the running ones; those that take longer are cut with an error. */
  close(graceMs: number): Promise<Closed>;
}

/** What became of the requests that ran when the server was told to close. */
export interface Closed {
  readonly finished: number;
  readonly cut: number;
}

/** Creates the server of all client APIs; throws `ChatError` when its keys are too weak for its address. */
export function createServer(options: ServerOptions): Server {
  checkKeyStrength(options.keys, options.host);
  const { log, newId = randomUUID, store = createResponseStore() } = options;
  const dialects = { openaiResponses: createOpenaiResponses(store), ...options.dialects };
  const limits = { ...defaultLimits, ...options.limits };
  const running = new Set<Exchange>();
  const metrics = createMetrics(() => running.size, options.readings ?? (() => []));
  const { backend, version } = options;
  const hasOneKey = options.keys.length === 1;
  const context: Context = { backend, dialects, store, limits, log, metrics, version, hasOneKey };
  const handle = createHandler(context, createGuard(options), createKeyCheck(options.keys));
  let isClosing = false;
  let idle: (() => void) | undefined;

  const listener = createListener(answer, options, limits);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    // Errors of a connection show as its close; without a listener they would end the program.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const { path, query } = readPath(request.url ?? '/');
    const dialect = chooseDialect(path, request, dialects);
    const exchange = openExchange(request, response, { path, query, dialect, newId }, (exchange, record) => {
      running.delete(exchange);
      if (running.size === 0) idle?.();
      metrics.count(record);
      tell(record);
      exchange.witness?.end(record);
    });
    const witness = options.witness?.(exchange);
    if (witness !== undefined) exchange.witness = witness;
    running.add(exchange);
    if (isClosing) {
      exchange.headers['connection'] = 'close';
      sendError(exchange, stopping(), log);
      return;
    }
    const answered = witness === undefined ? handle(exchange) : witness.run(() => handle(exchange));
    answered.catch((thrown: unknown) => sendError(exchange, thrown, log));
  }

  function tell(record: RequestRecord): void {
    try {
      options.onRequest?.(record);
    } catch (thrown) {
      log.error('a request could not be reported', { requestId: record.id, cause: thrown });
    }
  }

  /** Whether all requests ended within the time. */
  function settled(milliseconds: number): Promise<boolean> {
    if (running.size === 0) return Promise.resolve(true);
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      idle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  return {
    listen: listener.listen,
    open: () => running.size,
    async close(graceMs) {
      isClosing = true;
      listener.close();
      for (const exchange of running) exchange.headers['connection'] = 'close';
      const atFirst = running.size;
      await settled(graceMs);
      const cut = running.size;
      for (const exchange of running) exchange.cut(stopping());
      await settled(lastWords);
      listener.leave();
      return { finished: Math.max(0, atFirst - cut), cut };
    },
  };
}

function stopping(): ChatError {
  return new ChatError('overloaded', 'The gateway is stopping. Try again when it runs again.');
}

/** Milliseconds for a cut answer to say so. */
const lastWords = 500;
