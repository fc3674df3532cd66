import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/chat.ts';
import { ChatError, type ErrorKind } from '../core/errors.ts';
import type { Login } from './auth/auth.ts';
import type { Clock } from './clock.ts';
import {
  addressOf,
  createEndpoints,
  type EndpointOptions,
  type Form,
  mayFallBack,
  type Operation,
  sideOf,
} from './endpoints.ts';
import { readRefusal } from './reply.ts';
import type { Transport, TransportResponse } from './transport.ts';

/** What every call works with. */
export interface CallerOptions extends EndpointOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Names this program truthfully. */
  readonly userAgent: string;
}

/** One call of an operation. */
export interface Call {
  readonly operation: Operation;
  readonly login: Login;
  /** The members of the request; a string is the whole body. */
  readonly members: JsonObject | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The same over the attempts of one call. */
  readonly invocationId?: string;
  /** From 1. */
  readonly attempt?: number;
  readonly attempts?: number;
  /** Milliseconds until the answer's headers. */
  readonly headersTimeout?: number;
  readonly region?: string;
}

/** Calls the service. An answer other than 200 is thrown as a `ChatError`. */
export type Caller = (call: Call) => Promise<TransportResponse>;

/** Tries the forms of the service, and stays with the one that answers. */
export function createCaller(options: CallerOptions): Caller {
  const endpoints = createEndpoints(options);

  const send = async (form: Form, call: Call): Promise<TransportResponse> => {
    const region = call.region ?? call.login.region;
    const { headers, ...address } = addressOf(form, call.operation, region, call.members, options);
    const response = await options.transport.send({
      ...address,
      headers: { ...headers, ...commonHeaders(call, options.userAgent), ...call.headers },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(call.headersTimeout === undefined ? {} : { headersTimeout: call.headersTimeout }),
    });
    if (response.status !== 200) throw await readRefusal(response, options.clock.now());
    return response;
  };

  return async call => {
    const side = sideOf(call.operation);
    let first: unknown;
    for (const form of endpoints.forms(side)) {
      try {
        const response = await send(form, call);
        endpoints.answered(side, form);
        return response;
      } catch (thrown) {
        if (!(thrown instanceof ChatError)) throw thrown;
        if (!mayFallBack(thrown)) {
          // A host that understood the call is the right one, whatever it said.
          if (!unheard.includes(thrown.kind)) endpoints.answered(side, form);
          throw thrown;
        }
        first ??= thrown;
      }
    }
    throw first;
  };
}

function commonHeaders(call: Call, userAgent: string): Record<string, string> {
  const { login, attempt = 1, attempts = 1, invocationId = randomUUID() } = call;
  return {
    authorization: `Bearer ${login.accessToken}`,
    'user-agent': userAgent,
    'x-amz-user-agent': userAgent,
    'x-amzn-codewhisperer-optout': 'true',
    'amz-sdk-invocation-id': invocationId,
    'amz-sdk-request': `attempt=${attempt}; max=${attempts}`,
    ...(login.tokenType === undefined ? {} : { TokenType: login.tokenType }),
  };
}

const unheard: readonly ErrorKind[] = ['network', 'timeout', 'cancelled'];
