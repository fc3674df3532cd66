import { describe, expect, it } from 'vitest';
import type { Tool } from '../../src/core/chat.ts';
import type { HttpAnswer } from '../../src/emulator/emulator.ts';
import { manualClock } from './support/clock.ts';
import { chatOf, never, type Rig, readEvents, readResult, startRig } from './support/kiro.ts';

const refuse = (status: number, body: unknown = {}, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  body,
  headers,
});
const times = <T>(count: number, value: T): readonly T[] => Array(count).fill(value);
const tool = (name: string): Tool => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 1));
}

describe('asking Kiro', () => {
  it('answers with text, the usage and the model as the client named it', async () => {
    const { kiro, emulator } = await startRig();
    emulator.next({ steps: [{ chunks: ['Hello ', 'world'] }], ending: { contextUsagePercentage: 5, usage: 0.25 } });
    const answer = await kiro.ask(chatOf('Say hello', { model: 'claude-sonnet-4-5-20250929' }), never);
    const result = await readResult(answer);
    expect(result.content).toEqual([{ type: 'text', text: 'Hello world' }]);
    expect(result.model).toBe('claude-sonnet-4-5-20250929');
    expect(result.stop).toBe('end');
    expect(result.usage.credits).toBe(0.25);
    expect(result.usage.inputTokens + result.usage.outputTokens).toBe(10_000);
    expect(answer.upstreamId).toBe(emulator.requests.at(-1)?.id);
    expect(emulator.violations).toEqual([]);
  });

  it('settles with the first part of the answer, and hands the rest over as it comes', async () => {
    const { kiro, emulator } = await startRig();
    emulator.next(['first', { pause: 60_000 }]);
    const client = new AbortController();
    const answer = await kiro.ask(chatOf('hi'), client.signal);
    const seen: string[] = [];
    for await (const batch of answer.events) {
      seen.push(...batch.map(event => (event.type === 'delta' ? event.text : event.type)));
      if (seen.includes('first')) break;
    }
    expect(seen).toEqual(['start', 'open', 'first']);
    client.abort();
  });

  it('names this program and the call in its headers, the same call over all attempts', async () => {
    const { kiro, emulator } = await startRig();
    emulator.next(refuse(500), ['ok']);
    await readResult(await kiro.ask(chatOf('hi'), never));
    const [first, second] = emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse');
    expect(first?.headers).toMatchObject({
      'user-agent':
        'aws-sdk-js/1.0.0 ua/2.1 os/linux lang/js md/bun#1.4.5 api/codewhispererstreaming#1.0.0 m/E kiro-gw/0.0.0',
      'x-amzn-codewhisperer-optout': 'true',
      'amz-sdk-request': 'attempt=1; max=4',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
    });
    expect(second?.headers['amz-sdk-request']).toBe('attempt=2; max=4');
    expect(second?.headers['amz-sdk-invocation-id']).toBe(first?.headers['amz-sdk-invocation-id']);
    expect(first?.headers).not.toHaveProperty('tokentype');
  });

  it('sends an API key with its type and without a profile', async () => {
    const { kiro, emulator, log } = await startRig({ withApiKey: true });
    await readResult(await kiro.ask(chatOf('hi'), never));
    const request = emulator.requests.at(-1);
    expect(request?.headers['tokentype']).toBe('API_KEY');
    expect(request?.body).not.toHaveProperty('profileArn');
    expect(emulator.violations).toEqual([]);
    expect(JSON.stringify(log)).not.toContain('ksk_');
  });

  it('speaks the older form where it is set', async () => {
    const { kiro, emulator } = await startRig({ endpoint: 'q', emulator: { dialects: ['q'] } });
    const result = await readResult(await kiro.ask(chatOf('hi'), never));
    expect(result.content).toHaveLength(1);
    expect((await kiro.usage(never)).limit).toBeGreaterThan(0);
    expect(await kiro.search('x', never)).toHaveLength(3);
    expect(emulator.requests.filter(({ dialect }) => dialect === 'runtime')).toEqual([]);
    expect(emulator.violations).toEqual([]);
  });

  it('takes the effort and the thinking that a model name says', async () => {
    const { kiro, emulator } = await startRig();
    await readResult(await kiro.ask(chatOf('hi', { model: 'claude-4.8-opus-high-thinking' }), never));
    expect(emulator.requests.at(-1)?.body).toMatchObject({
      additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['capacity', refuse(429, { reason: 'INSUFFICIENT_MODEL_CAPACITY', message: 'm' }), 'overloaded', 3],
    ['rate', refuse(429, { message: 'm' }), 'rate', 4],
    ['failure', refuse(503, { message: 'm' }), 'upstream', 4],
    ['quota', refuse(402, { message: 'm' }), 'quota', 1],
    ['quota by reason', refuse(429, { reason: 'MONTHLY_REQUEST_COUNT' }), 'quota', 1],
    ['suspension', refuse(403, { reason: 'TEMPORARILY_SUSPENDED', message: 'm' }), 'suspended', 1],
    ['bad request', refuse(400, { message: 'Improperly formed request.', reason: null }), 'invalid', 1],
    ['overflow', refuse(400, { reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD' }), 'overflow', 1],
    ['first frame', [{ exception: 'ThrottlingException', payload: { message: 'slow' } }], 'rate', 4],
    ['error frame', [{ error: 'InternalServerError', message: 'm' }], 'upstream', 4],
    ['cut stream', { steps: [{ cut: true }], ending: false }, 'network', 4],
    ['damaged stream', { steps: ['hello'], corrupt: 5 }, 'upstream', 4],
  ] as const)('of the kind "%s" is repeated as often as the table says', async (_, answer, kind, asked) => {
    const rig = await startRig();
    rig.emulator.next(...times(9, answer as HttpAnswer));
    await expect(rig.kiro.ask(chatOf('hi'), never)).rejects.toMatchObject({ kind });
    expect(rig.asked()).toBe(asked);
  });

  it('is not repeated after output', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: ['some', { exception: 'ThrottlingException', payload: { message: 'slow' } }] });
    await expect(readResult(await rig.kiro.ask(chatOf('hi'), never))).rejects.toMatchObject({ kind: 'rate' });
    expect(rig.asked()).toBe(1);
  });

  it('for length tells the tokens, in the words by which clients compact', async () => {
    const { kiro } = await startRig({ emulator: { limits: { inputTokens: 50 } } });
    await expect(kiro.ask(chatOf('many words '.repeat(200)), never)).rejects.toMatchObject({
      kind: 'overflow',
      message: expect.stringMatching(/^prompt is too long: \d+ tokens > 200000 maximum$/),
      tokens: { used: 200_001, maximum: 200_000 },
    });
  });

  it('of an unknown model names near ones', async () => {
    const { kiro } = await startRig();
    await expect(kiro.ask(chatOf('hi', { model: 'gpt-5.6-moon' }), never)).rejects.toMatchObject({
      kind: 'unknown-model',
      message: expect.stringMatching(/"gpt-5.6-moon".*gpt-5\.6-(sol|terra|luna)/),
    });
  });

  it('of the token is answered by one renewal', async () => {
    const rig = await startRig();
    const { accessToken } = await rig.auth.login();
    rig.emulator.credentials.expire(accessToken);
    await readResult(await rig.kiro.ask(chatOf('hi', { model: 'auto' }), never));
    expect((await rig.auth.login()).accessToken).not.toBe(accessToken);
  });

  it('of the token within a question is answered by one renewal, and the question asked again', async () => {
    const rig = await startRig();
    await rig.kiro.modelList();
    const { accessToken } = await rig.auth.login();
    rig.emulator.credentials.expire(accessToken);
    await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(rig.asked()).toBe(2);
    expect((await rig.auth.login()).accessToken).not.toBe(accessToken);
  });

  it('of every token is about the sign-in', async () => {
    const rig = await startRig();
    rig.emulator.next(...times(9, refuse(401, { message: 'The bearer token included in the request is invalid.' })));
    await expect(rig.kiro.ask(chatOf('hi'), never)).rejects.toMatchObject({
      kind: 'login',
      message: expect.stringContaining('kiro-gw login'),
    });
    expect(rig.asked()).toBe(2);
  });

  it('of a signature is answered by sending no reasoning at all', async () => {
    const rig = await startRig();
    const model = 'claude-sonnet-4.6';
    rig.emulator.next(refuse(400, { reason: 'THINKING_SIGNATURE_INVALID', message: 'm' }), ['ok']);
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: `${model}:sig` },
          { type: 'text', text: 'hello' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'more' }] },
    ] as const;
    await readResult(await rig.kiro.ask(chatOf('', { model, messages }), never));
    const sent = rig.emulator.requests.slice(-2).map(({ raw }) => Buffer.from(raw).toString());
    expect(sent[0]).toContain('reasoningContent');
    expect(sent[1]).not.toContain('reasoningContent');
  });

  it('of additional fields is remembered for the model', async () => {
    const rig = await startRig();
    const asked = chatOf('hi', { model: 'claude-opus-4.8', effort: 'high' });
    rig.emulator.next(
      refuse(400, { message: 'additionalModelRequestFields is not supported for this model' }),
      ['one'],
      ['two'],
    );
    await readResult(await rig.kiro.ask(asked, never));
    await readResult(await rig.kiro.ask(asked, never));
    const sent = rig.emulator.requests.slice(-3).map(({ raw }) => Buffer.from(raw).toString());
    expect(sent.map(body => body.includes('additionalModelRequestFields'))).toEqual([true, false, false]);
  });

  it('of the form is explained by the local check, if that finds the cause', async () => {
    const rig = await startRig();
    rig.emulator.next(refuse(400, { message: 'Improperly formed request.', reason: null }));
    const failure = await rig.kiro.ask(chatOf('hi'), never).catch((thrown: unknown) => thrown);
    expect(String(failure)).toContain('Improperly formed request.');
    expect(String(failure)).not.toContain("gateway's own check");
  });
});

describe('an empty answer', () => {
  it('is asked again unseen, at most twice', async () => {
    const rig = await startRig();
    rig.emulator.next([], { steps: [], ending: false }, ['At last.']);
    const result = await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(result.content).toEqual([{ type: 'text', text: 'At last.' }]);
    expect(rig.asked()).toBe(3);
  });

  it('is handed over when it stays empty and ends healthily, and is an error otherwise', async () => {
    const rig = await startRig();
    rig.emulator.next(...times(3, []));
    expect((await readResult(await rig.kiro.ask(chatOf('hi'), never))).content).toEqual([]);
    rig.emulator.next(...times(9, { steps: [], ending: false } as const));
    await expect(rig.kiro.ask(chatOf('hi'), never)).rejects.toMatchObject({ kind: 'upstream', code: 'EMPTY_ANSWER' });
    expect(rig.asked()).toBe(6);
  });

  it.each([
    ['MAX_TOKENS', 5, 'length'],
    ['CONTENT_FILTERED', 5, 'refusal'],
    ['END_TURN', 100, 'context'],
  ])('is not asked again when the request was the cause: %s at %d %%', async (stopReason, percentage, stop) => {
    const rig = await startRig();
    rig.emulator.next({ steps: [], ending: { stopReason, contextUsagePercentage: percentage } });
    expect((await readResult(await rig.kiro.ask(chatOf('hi'), never))).stop).toBe(stop);
    expect(rig.asked()).toBe(1);
  });
});

describe('a client that leaves', () => {
  // No limit of time is over before the test's own: the connection is closed because the client left.
  const closed = ({ emulator }: Rig): Promise<void> => until(() => emulator.requests.at(-1)?.closedAt !== undefined);

  it('closes the connection at once before the first token', async () => {
    const rig = await startRig();
    await rig.kiro.modelList();
    rig.emulator.next([{ hang: true }]);
    const client = new AbortController();
    const asking = rig.kiro.ask(chatOf('hi'), client.signal);
    await until(() => rig.asked() === 1);
    client.abort();
    await expect(asking).rejects.toMatchObject({ kind: 'cancelled' });
    await closed(rig);
  });

  it('closes the connection at once within the answer', async () => {
    const rig = await startRig();
    rig.emulator.next(['some', { hang: true }]);
    const client = new AbortController();
    const answer = await rig.kiro.ask(chatOf('hi'), client.signal);
    const reading = readEvents(answer);
    client.abort();
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
    await closed(rig);
  });

  it('closes the connection though nobody reads the answer', async () => {
    const rig = await startRig();
    rig.emulator.next(['some', { hang: true }]);
    const client = new AbortController();
    await rig.kiro.ask(chatOf('hi'), client.signal);
    client.abort();
    await closed(rig);
  });

  it('need not wait for the list of models', async () => {
    const rig = await startRig();
    rig.emulator.nextFor('ListAvailableModels', { status: 200, body: {}, delay: 60_000 });
    const client = new AbortController();
    const asking = rig.kiro.ask(chatOf('hi'), client.signal);
    await until(() => rig.emulator.requests.some(({ operation }) => operation === 'ListAvailableModels'));
    client.abort();
    await expect(asking).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('ends the wait between two attempts', async () => {
    const rig = await startRig({ settings: { baseRetryDelay: 60_000 } });
    rig.emulator.next(refuse(500));
    const client = new AbortController();
    const asking = rig.kiro.ask(chatOf('hi'), client.signal);
    await until(() => rig.asked() === 1);
    client.abort();
    await expect(asking).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('the end of an answer', () => {
  it('comes with the metering, though the service holds the connection open', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: ['done'], linger: 600_000 });
    expect((await readResult(await rig.kiro.ask(chatOf('hi'), never))).stop).toBe('end');
    await until(() => rig.emulator.requests.at(-1)?.closedAt !== undefined);
  });

  it('leaves the connection for the next question', async () => {
    const rig = await startRig();
    for (let count = 0; count < 5; count += 1) await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(rig.emulator.requests.filter(({ closedAt }) => closedAt !== undefined)).toEqual([]);
  });
});

describe('the first token', () => {
  it('is waited for so long, and the question asked again', async () => {
    const clock = manualClock();
    const rig = await startRig({ clock, settings: { firstTokenTimeout: 60_000, firstTokenMaxRetries: 1 } });
    const outlast = async (attempt: number): Promise<void> => {
      await until(() => rig.asked() === attempt);
      await clock.advance(60_000);
    };
    rig.emulator.next([{ hang: true }], ['ok']);
    const answer = rig.kiro.ask(chatOf('hi'), never);
    await outlast(1);
    expect((await readResult(await answer)).content).toHaveLength(1);
    rig.emulator.next([{ hang: true }], [{ hang: true }]);
    const failure = rig.kiro.ask(chatOf('hi'), never).catch((error: unknown) => error);
    await outlast(3);
    await outlast(4);
    expect(await failure).toMatchObject({ kind: 'timeout', code: 'FIRST_TOKEN_TIMEOUT' });
    expect(rig.asked()).toBe(4);
  });

  it('may be followed by a long answer', async () => {
    const clock = manualClock();
    const rig = await startRig({ clock, settings: { firstTokenTimeout: 60_000, streamingReadTimeout: 300_000 } });
    rig.emulator.next(['one', { pause: 250 }, ' two', { pause: 250 }, ' three']);
    const answer = await rig.kiro.ask(chatOf('hi'), never);
    await clock.advance(200_000);
    expect((await readResult(answer)).content).toEqual([{ type: 'text', text: 'one two three' }]);
  });

  it('may be followed by silence only for so long', async () => {
    const clock = manualClock();
    const rig = await startRig({ clock, settings: { streamingReadTimeout: 60_000 } });
    rig.emulator.next(['one', { hang: true }]);
    const reading = readResult(await rig.kiro.ask(chatOf('hi'), never)).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await reading).toMatchObject({ code: 'STREAM_SILENT' });
    expect(rig.log.map(({ message }) => message)).toContain('the service is silent');
  });
});

describe('a limit of generations', () => {
  it('counts a generation to the end of its answer, or of its client', async () => {
    const rig = await startRig({ settings: { maxConcurrent: 1 } });
    rig.emulator.next(['one', { hang: true }], ['two']);
    const client = new AbortController();
    await rig.kiro.ask(chatOf('hi'), client.signal);
    const second = rig.kiro.ask(chatOf('hi'), never);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(rig.asked()).toBe(1);
    client.abort();
    await readResult(await second);
    await readResult(await rig.kiro.ask(chatOf('hi'), never));
    expect(rig.asked()).toBe(3);
  });
});

describe('a forced choice of tools', () => {
  const forced = { tools: [tool('read_file')], toolChoice: { type: 'required' } } as const;

  it('is asked for once more when the model ignores it, before anything is passed on', async () => {
    const rig = await startRig();
    rig.emulator.next(['I would rather talk.'], [{ tool: 'read_file', input: { path: 'a' } }]);
    const result = await readResult(await rig.kiro.ask(chatOf('hi', forced), never));
    expect(result).toMatchObject({ stop: 'tool', content: [{ type: 'tool-call', name: 'read_file' }] });
    expect(rig.asked()).toBe(2);
  });

  it('is not asked for again when the answer was cut', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: ['Too long a'], ending: { stopReason: 'MAX_TOKENS' } });
    const result = await readResult(await rig.kiro.ask(chatOf('hi', forced), never));
    expect(result).toMatchObject({ stop: 'length', content: [{ text: 'Too long a' }] });
    expect(rig.asked()).toBe(1);
  });

  it('is let go when the model ignores it again', async () => {
    const rig = await startRig();
    rig.emulator.next(['No.'], ['No!']);
    expect(await readResult(await rig.kiro.ask(chatOf('hi', forced), never))).toMatchObject({
      stop: 'end',
      content: [{ type: 'text', text: 'No!' }],
    });
    expect(rig.asked()).toBe(2);
  });
});

describe('an answer in a format', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  } as const;
  const format = { type: 'json-schema', name: 'person', schema } as const;

  it('is the text that the format tool was called with', async () => {
    const rig = await startRig();
    rig.emulator.next(['Here you are.', { tool: 'final_answer', input: '{"name":"Ada","age":36}' }]);
    expect(await readResult(await rig.kiro.ask(chatOf('Who?', { format }), never))).toMatchObject({
      stop: 'end',
      content: [{ type: 'text', text: '{"name":"Ada","age":36}' }],
    });
  });

  it('is asked for once more when it does not satisfy the schema', async () => {
    const rig = await startRig();
    rig.emulator.next(
      [{ tool: 'final_answer', input: { name: 'Ada' } }],
      [{ tool: 'final_answer', input: { name: 'Ada', age: 36 } }],
    );
    const result = await readResult(await rig.kiro.ask(chatOf('Who?', { format }), never));
    expect(result.content).toEqual([{ type: 'text', text: '{"name":"Ada","age":36}' }]);
  });

  it('may come as fenced text', async () => {
    const rig = await startRig();
    rig.emulator.next(['```json\n{"a":[1]}\n```']);
    const result = await readResult(await rig.kiro.ask(chatOf('?', { format: { type: 'json-object' } }), never));
    expect(result.content).toEqual([{ type: 'text', text: '{"a":[1]}' }]);
    expect(rig.asked()).toBe(1);
  });

  it('lets the calls of the client’s tools come first', async () => {
    const rig = await startRig();
    rig.emulator.next([{ tool: 'read_file', input: { path: 'a' } }]);
    const asked = chatOf('?', { format, tools: [tool('read_file')] });
    expect(await readResult(await rig.kiro.ask(asked, never))).toMatchObject({
      stop: 'tool',
      content: [{ type: 'tool-call', name: 'read_file' }],
    });
  });
});

describe('a call that was cut', () => {
  const cut = { steps: [{ tool: 'write_file', input: '{"path":"a","content":"aaa', stop: false }] } as const;
  const asked = chatOf('Write it.', { tools: [tool('write_file')], session: 's1' });
  const lastBody = ({ emulator }: Rig): string => Buffer.from(emulator.requests.at(-1)?.raw ?? []).toString();

  it('is told to the model in the next request of its conversation, once', async () => {
    const rig = await startRig();
    rig.emulator.next(cut, ['ok'], ['ok'], ['ok']);
    expect(await readResult(await rig.kiro.ask(asked, never))).toMatchObject({ stop: 'length', content: [] });
    await readResult(await rig.kiro.ask({ ...asked, session: 's2' }, never));
    expect(lastBody(rig)).not.toContain('cut off');
    await readResult(await rig.kiro.ask(asked, never));
    expect(lastBody(rig)).toContain('cut off while you were calling write_file');
    await readResult(await rig.kiro.ask(asked, never));
    expect(lastBody(rig)).not.toContain('cut off');
    expect(rig.emulator.violations).toEqual([]);
  });

  it('is not told when the setting says so', async () => {
    const rig = await startRig({ settings: { truncationRecovery: false } });
    rig.emulator.next(cut, ['ok']);
    await readResult(await rig.kiro.ask(asked, never));
    await readResult(await rig.kiro.ask(asked, never));
    expect(lastBody(rig)).not.toContain('cut off');
  });
});

describe('what a server needs besides', () => {
  it('knows the models, and the one that a name stands for', async () => {
    const { kiro } = await startRig({ settings: { hiddenFromList: ['glm-5'] } });
    const ids = (await kiro.models()).map(({ id }) => id);
    expect(ids).toContain('claude-opus-4.8');
    expect(ids).not.toContain('glm-5');
    expect((await kiro.model('claude-opus-4-8-20260101'))?.id).toBe('claude-opus-4.8');
    expect((await kiro.model('glm-5'))?.id).toBe('glm-5');
    expect(await kiro.model('nothing-like-it')).toBeUndefined();
    expect((await kiro.modelList()).account).toMatch(/^arn:aws:codewhisperer:/);
  });

  it('tells the usage, and is ready when it is signed in', async () => {
    const { kiro } = await startRig();
    const usage = await kiro.usage(never);
    expect(usage.limit).toBeGreaterThan(0);
    expect(usage.unit).toBe('credits');
    await kiro.ready();
  });

  it('is not ready without a sign-in, and says so without asking anybody', async () => {
    const { kiro, emulator } = await startRig({ env: {} });
    await expect(kiro.ready()).rejects.toMatchObject({ kind: 'login' });
    await expect(kiro.ask(chatOf('hi'), never)).rejects.toMatchObject({ kind: 'login' });
    expect(emulator.requests).toEqual([]);
  });
});
