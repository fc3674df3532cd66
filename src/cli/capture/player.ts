import type { Json } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import type { Auth, Login } from '../../kiro/auth/auth.ts';
import type { Transport, TransportResponse } from '../../kiro/transport.ts';
import type { Captured, CapturedCall } from './captured.ts';

/** What a replay asked of the service that was not there. */
export interface Player {
  readonly transport: Transport;
  /** Where the questions of now and then differ, by the paths of their members. */
  readonly differences: readonly string[];
}

/** Plays the service of a captured exchange: every call is answered as it was then. */
export function createPlayer({ upstream }: Captured): Player {
  const left = [...upstream];
  const differences: string[] = [];
  return {
    differences,
    transport: {
      async send({ url, headers, body = '' }) {
        const operation = headers['x-amz-target']?.split('.').at(-1) ?? new URL(url).pathname.slice(1);
        const at = left.findIndex(call => call.operation === operation);
        const [call] = at < 0 ? [] : left.splice(at, 1);
        if (call?.status === undefined) {
          throw new ChatError('network', call?.error ?? `No answer to ${operation} was captured.`, { code: 'reset' });
        }
        differences.push(...compare(parse(call.request), parse(body), operation));
        return answer(call, call.status);
      },
      close: async () => {},
    },
  };
}

/** The sign-in of a replay: nobody's, with the profile that was used then. */
export function createReplayAuth({ upstream }: Captured): Auth {
  const profileArn = upstream.map(({ request }) => /"profileArn":"([^"]+)"/.exec(request)?.[1]).find(Boolean);
  const login: Login = {
    accessToken: 'replayed',
    region: 'us-east-1',
    ...(profileArn === undefined ? { tokenType: 'API_KEY' } : { profileArn }),
  };
  return {
    login: async () => login,
    renew: async () => login,
    describe: () => Promise.reject(new Error('A replay has no account.')),
    close: async () => {},
  };
}

function answer({ headers, response, error }: CapturedCall, status: number): TransportResponse {
  return {
    status,
    header: name => headers[name],
    body: play(response, error),
    text: async () => Buffer.from(response).toString('utf8'),
  };
}

async function* play(bytes: Uint8Array, error: string | undefined): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes;
  if (error !== undefined) throw new ChatError('network', error, { code: 'reset' });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The paths at which two values differ. Ids that are made anew for each turn are no difference. */
function compare(then: Json | undefined, now: Json | undefined, path: string): string[] {
  if (isObject(then) && isObject(now)) {
    const names = new Set([...Object.keys(then), ...Object.keys(now)]);
    return [...names].flatMap(name => compare(then[name], now[name], `${path}.${name}`));
  }
  if (path.endsWith('.agentContinuationId')) return [];
  return then === now ? [] : [path];
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null;
