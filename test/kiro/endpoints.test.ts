import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import type { Login } from '../../src/kiro/auth/auth.ts';
import { type Caller, createCaller } from '../../src/kiro/caller.ts';
import { systemClock } from '../../src/kiro/clock.ts';
import type { EndpointOptions, Operation } from '../../src/kiro/endpoints.ts';
import type { TransportRequest, TransportResponse } from '../../src/kiro/transport.ts';

const login: Login = { accessToken: 'token', region: 'eu-central-1', profileArn: 'arn:x' };

type Outcome = ChatError | { readonly status: number; readonly body: object };

/** A caller into a world where every host answers as the test says; what was sent is kept. */
function callerOf(world: (url: URL) => Outcome, options: Partial<EndpointOptions> = {}) {
  const sent: TransportRequest[] = [];
  const call = createCaller({
    endpoint: 'auto',
    ...options,
    clock: systemClock,
    userAgent: 'kiro-gw/test',
    transport: {
      async send(request): Promise<TransportResponse> {
        sent.push(request);
        const outcome = world(new URL(request.url));
        if (outcome instanceof ChatError) throw outcome;
        return {
          status: outcome.status,
          header: () => undefined,
          body: { async *[Symbol.asyncIterator]() {} },
          text: async () => JSON.stringify(outcome.body),
        };
      },
      async close() {},
    },
  });
  return { call, sent, hosts: () => sent.map(({ url }) => new URL(url).host) };
}

const ok: Outcome = { status: 200, body: {} };
const runtime = 'runtime.eu-central-1.kiro.dev';
const q = 'q.eu-central-1.amazonaws.com';
const ask = (call: Caller, operation: Operation = 'GenerateAssistantResponse') =>
  call({ operation, login, members: operation === 'GenerateAssistantResponse' ? '{"x":1}' : { origin: 'AI_EDITOR' } });
const onlyQ = (outcome: Outcome) => (url: URL) => (url.host === q ? ok : outcome);

describe('where the service is called', () => {
  it.each([
    [
      'runtime',
      'GenerateAssistantResponse',
      'POST',
      `https://${runtime}/`,
      'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
    ],
    ['runtime', 'InvokeMCP', 'POST', `https://${runtime}/`, 'AmazonCodeWhispererStreamingService.InvokeMCP'],
    [
      'runtime',
      'ListAvailableModels',
      'POST',
      'https://management.eu-central-1.kiro.dev/?origin=AI_EDITOR&maxResults=5',
      'AmazonCodeWhispererService.ListAvailableModels',
    ],
    ['q', 'GenerateAssistantResponse', 'POST', `https://${q}/generateAssistantResponse`, undefined],
    ['q', 'ListAvailableModels', 'GET', `https://${q}/ListAvailableModels?origin=AI_EDITOR&maxResults=5`, undefined],
    ['q', 'GetUsageLimits', 'GET', `https://${q}/getUsageLimits?origin=AI_EDITOR&maxResults=5`, undefined],
    ['q', 'ListAvailableProfiles', 'POST', `https://${q}/ListAvailableProfiles`, undefined],
    ['q', 'InvokeMCP', 'POST', `https://${q}/mcp`, undefined],
  ] as const)('in the form %s, for %s', async (endpoint, operation, method, url, target) => {
    const { call, sent } = callerOf(() => ok, { endpoint });
    const isText = operation === 'GenerateAssistantResponse' || operation === 'InvokeMCP';
    await call({ operation, login, members: isText ? '{"a":1}' : { origin: 'AI_EDITOR', maxResults: 5 } });
    expect(sent[0]).toMatchObject({ method, url });
    expect(sent[0]?.headers['x-amz-target']).toBe(target);
    expect(sent[0]?.headers['content-type']).toBe(
      endpoint === 'runtime' ? 'application/x-amz-json-1.0' : method === 'POST' ? 'application/json' : undefined,
    );
    expect(sent[0]?.headers['x-amzn-kiro-agent-mode']).toBe(endpoint === 'q' ? 'vibe' : undefined);
    expect(sent[0]?.body).toBe(
      method === 'GET' ? undefined : isText ? '{"a":1}' : '{"origin":"AI_EDITOR","maxResults":5}',
    );
  });

  it('sends the token of a next page in the body, and in the address only where there is no body', async () => {
    for (const endpoint of ['runtime', 'q'] as const) {
      const { call, sent } = callerOf(() => ok, { endpoint });
      await call({ operation: 'ListAvailableModels', login, members: { origin: 'AI_EDITOR', nextToken: 'n' } });
      expect(sent[0]?.url.includes('nextToken')).toBe(endpoint === 'q');
      expect(sent[0]?.body?.includes('nextToken') ?? false).toBe(endpoint === 'runtime');
    }
  });

  it('puts the login and the truth about this program into every call', async () => {
    const { call, sent } = callerOf(() => ok);
    await call({ operation: 'GetUsageLimits', login: { ...login, tokenType: 'EXTERNAL_IDP' }, members: {} });
    expect(sent[0]?.headers).toMatchObject({
      authorization: 'Bearer token',
      TokenType: 'EXTERNAL_IDP',
      'user-agent': 'kiro-gw/test',
      'x-amz-user-agent': 'kiro-gw/test',
      'x-amzn-codewhisperer-optout': 'true',
      'amz-sdk-request': 'attempt=1; max=1',
      'amz-sdk-invocation-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });
});

describe('the other form of the service', () => {
  it.each([
    ['its name is not found', new ChatError('network', 'm', { code: 'dns' })],
    ['it refuses the connection', new ChatError('network', 'm', { code: 'refused' })],
    ['connecting takes too long', new ChatError('timeout', 'm', { code: 'connect-timeout' })],
    ['its certificate does not fit', new ChatError('network', 'm', { code: 'tls' })],
    ['it answers 404', { status: 404, body: {} }],
    ['it does not know the operation', { status: 400, body: { __type: 'x#UnknownOperationException' } }],
  ])('is tried when %s, and remembered', async (_, outcome) => {
    const { call, hosts } = callerOf(onlyQ(outcome));
    await ask(call);
    await ask(call);
    expect(hosts()).toEqual([runtime, q, q]);
  });

  it.each([
    ['a rate limit', { status: 429, body: {} }],
    ['a quota', { status: 402, body: {} }],
    ['a failure', { status: 503, body: {} }],
    ['a refused token', { status: 403, body: { message: 'Token expired' } }],
    ['a broken connection', new ChatError('network', 'm', { code: 'reset' })],
    ['a late answer', new ChatError('timeout', 'm', { code: 'headers-timeout' })],
    ['a client that left', new ChatError('cancelled', 'm')],
  ])('is not tried because of %s', async (_, outcome) => {
    const { call, hosts } = callerOf(onlyQ(outcome));
    await expect(ask(call)).rejects.toBeInstanceOf(ChatError);
    expect(hosts()).toEqual([runtime]);
  });

  it('is not tried when one form is set, or a base address', async () => {
    const nowhere = new ChatError('network', 'm', { code: 'dns' });
    for (const options of [{ endpoint: 'runtime' }, { runtimeUrl: 'http://127.0.0.1:1/' }] as const) {
      const { call, sent } = callerOf(() => nowhere, options);
      await expect(ask(call)).rejects.toBe(nowhere);
      expect(sent).toHaveLength(1);
    }
  });

  it('leaves the first failure to tell when neither answers', async () => {
    const { call, hosts } = callerOf(
      url => new ChatError('network', url.host, { code: url.host === q ? 'dns' : 'refused' }),
    );
    await expect(ask(call)).rejects.toMatchObject({ message: runtime });
    expect(hosts()).toEqual([runtime, q]);
  });

  it('is left again when it does not answer any more', async () => {
    let works = q;
    const { call, hosts } = callerOf(url =>
      url.host === works ? ok : new ChatError('network', 'm', { code: 'refused' }),
    );
    await ask(call);
    works = runtime;
    await ask(call);
    await ask(call);
    expect(hosts()).toEqual([runtime, q, q, runtime, runtime]);
  });

  it('is found for answers and for the control plane apart', async () => {
    const { call, hosts } = callerOf(onlyQ(new ChatError('network', 'm', { code: 'dns' })));
    await ask(call);
    await ask(call, 'ListAvailableModels');
    expect(hosts()).toEqual([runtime, q, 'management.eu-central-1.kiro.dev', q]);
  });
});
