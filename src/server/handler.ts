import { ChatError } from '../core/errors.ts';
import type { Context } from './context.ts';
import type { Exchange } from './exchange.ts';
import type { Guard } from './guard.ts';
import type { CheckKey } from './keys.ts';
import { findRoute, type Method, writeAllow } from './routes.ts';
import { send } from './send.ts';

/** The way of one request: is it allowed, is there such an endpoint, does it have a key, what is the answer. */
export function createHandler(
  context: Context,
  guard: Guard,
  checkKey: CheckKey,
): (exchange: Exchange) => Promise<void> {
  return async exchange => {
    const { header, headers, method, notes, path, request } = exchange;
    if (exchange.dialect.name === 'anthropic') headers['request-id'] = exchange.id;
    try {
      guard.check(request, header);
    } catch (thrown) {
      // Whatever follows on such a connection is not to be trusted either.
      headers['connection'] = 'close';
      throw thrown;
    }
    Object.assign(headers, guard.cors(header));

    if (header('upgrade')?.toLowerCase() === 'websocket') {
      headers['connection'] = 'close';
      throw new ChatError('unsupported', 'There are no WebSockets here. Use plain HTTP.', { code: 'websocket' });
    }
    const route = findRoute(path);
    if (route === undefined) {
      throw new ChatError('not-found', `There is no ${JSON.stringify(path)} here. ${wayOut}`);
    }
    notes.route = route.path;
    if (method === 'OPTIONS') {
      send(exchange, 204, '', { allow: writeAllow(route), ...guard.preflight(header) });
      return;
    }
    const answer = route.methods[(method === 'HEAD' ? 'GET' : method) as Method];
    if (answer === undefined) {
      headers['allow'] = writeAllow(route);
      throw new ChatError('method', `${path} does not answer ${method}. It answers ${headers['allow']}.`);
    }
    if (!route.isOpen) notes.keyName = checkKey(header);
    await answer(exchange, context);
  };
}

const wayOut = 'The endpoints are /v1/messages, /v1/chat/completions, /v1/responses and /v1/models.';
