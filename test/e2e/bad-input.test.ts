import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken, MAX_BODY_MB: '16' };
  gateway = await startGateway({ emulator, env });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

type Form = 'anthropic' | 'openai';
const paths: Readonly<Record<Form, string>> = { anthropic: '/v1/messages', openai: '/v1/chat/completions' };

async function send(form: Form, body: unknown, path = paths[form], method = 'POST') {
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': 'application/json',
      ...(form === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
    },
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const shapes: Readonly<Record<Form, unknown>> = {
  anthropic: {
    type: 'error',
    error: { type: expect.any(String), message: expect.stringMatching(/\S/) },
    request_id: expect.any(String),
  },
  openai: {
    error: { message: expect.stringMatching(/\S/), type: expect.any(String), param: null, code: null },
  },
};
const shapeOf = (form: Form, body: Record<string, unknown>): unknown => {
  if (form === 'anthropic') return body;
  const error = body['error'] as Record<string, unknown>;
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  return { error: { ...error, param: null, code: null } };
};

const hello = [{ role: 'user', content: 'Hi' }];
const wrong: readonly (readonly [string, unknown, number])[] = [
  ['no JSON', '{"model": ', 400],
  ['nothing', '', 400],
  ['a list', [], 400],
  ['a text', '"hello"', 400],
  ['no model', { messages: hello, max_tokens: 10 }, 400],
  ['a model that is a number', { model: 1, messages: hello, max_tokens: 10 }, 400],
  ['no messages', { model: 'auto', max_tokens: 10 }, 400],
  ['messages of the wrong type', { model: 'auto', messages: 'Hi', max_tokens: 10 }, 400],
  ['empty messages', { model: 'auto', messages: [], max_tokens: 10 }, 400],
  ['an unknown role', { model: 'auto', messages: [{ role: 'wizard', content: 'Hi' }], max_tokens: 10 }, 400],
  ['content of the wrong type', { model: 'auto', messages: [{ role: 'user', content: 7 }], max_tokens: 10 }, 400],
  ['a message that is null', { model: 'auto', messages: [null], max_tokens: 10 }, 400],
  ['tools of the wrong type', { model: 'auto', messages: hello, tools: 'all', max_tokens: 10 }, 400],
  ['20 MB', { model: 'auto', messages: [{ role: 'user', content: 'x'.repeat(20_000_000) }], max_tokens: 10 }, 413],
];

describe.each<Form>(['anthropic', 'openai'])('bad input, answered in the form of %s', form => {
  it.each(wrong)('%s', async (_, body, status) => {
    const answer = await send(form, body);
    expect(answer.status).toBe(status);
    expect(shapeOf(form, answer.body)).toEqual(shapes[form]);
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .+:\d+:\d+|node_modules|\/src\//);
  });

  it('an unknown path', async () => {
    const answer = await send(form, {}, '/v1/nowhere');
    expect([answer.status, shapeOf(form, answer.body)]).toEqual([404, shapes[form]]);
  });

  it('a method that the path does not have', async () => {
    const answer = await send(form, undefined, paths[form], 'DELETE');
    expect([answer.status, shapeOf(form, answer.body)]).toEqual([405, shapes[form]]);
  });
});

describe('after all that', () => {
  it('the gateway still answers, and the service saw none of it', async () => {
    expect(emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse')).toEqual([]);
    const { status } = await send('openai', { model: 'auto', messages: hello });
    expect(status).toBe(200);
  });
});
