import type { FlowOptions, LoginEvent } from '../../../../src/kiro/auth/login/flow.ts';
import type { Transport, TransportRequest } from '../../../../src/kiro/transport.ts';

/** What the other side answers: an object is its JSON, an error stands for the network's. */
export type Scripted = { readonly status?: number; readonly body?: object | string } | Error;

/** A network whose other side answers by a script, one answer a request, and remembers what it was asked. */
export function createScripted(...script: readonly Scripted[]): Transport & { readonly requests: TransportRequest[] } {
  const answers = [...script];
  const requests: TransportRequest[] = [];
  return {
    requests,
    async send(request) {
      requests.push(request);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`Nobody expected ${request.url}`);
      if (answer instanceof Error) throw answer;
      const { status = 200, body = {} } = answer;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return { status, header: () => undefined, body: chunksOf(text), text: async () => text };
    },
    async close() {},
  };
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** The time of a scripted sign-in. */
export const now = 1_000_000;

/** A sign-in whose other side answers by a script: what it shows, how long it waits and what it sends. */
export function startFlow(...script: readonly Scripted[]) {
  const transport = createScripted(...script);
  const events: LoginEvent[] = [];
  const waits: number[] = [];
  const flow: FlowOptions = {
    transport,
    now: () => now,
    tell: event => void events.push(event),
    signal: new AbortController().signal,
    wait: async milliseconds => void waits.push(milliseconds),
  };
  const sent = () =>
    transport.requests.map(({ url, body }) => ({ url, json: body === undefined ? undefined : JSON.parse(body) }));
  return { flow, events, waits, sent };
}

/** What services answer to a device sign-in, and at its end. */
export const device = { deviceCode: 'd', userCode: 'ABCD', verificationUri: 'https://device.example/' };
export const tokens = { accessToken: 'a', refreshToken: 'r', expiresIn: 60 };
