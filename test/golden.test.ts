import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble, collect } from '../src/core/assemble.ts';
import type { ChatEvents } from '../src/core/chat.ts';
import { toChatError } from '../src/core/errors.ts';
import type { Dialect } from '../src/dialects/dialect.ts';
import { dialects } from '../src/dialects/index.ts';
import { openaiResponses } from '../src/dialects/openai-responses/index.ts';
import { readAnswer } from '../src/kiro/answer.ts';
import { head, noHeaders, streamText } from './support/answers.ts';
import { checkAnthropicStream } from './support/anthropic-stream.ts';
import { checkChatStream } from './support/chat-stream.ts';
import { cutAt, fixtureBytes, fixtureNames } from './support/fixture.ts';
import { checkResponsesStream } from './support/responses-checker.ts';

// Every recorded-form answer, in every API, streamed and whole. UPDATE_GOLDEN=1 writes the files anew: read the
// difference before you commit it.
const folder = join(import.meta.dirname, 'golden');
const update = process.env['UPDATE_GOLDEN'] === '1';

const chatBody = {
  model: head.model,
  messages: [{ role: 'user', content: 'Hi' }],
  stream_options: { include_usage: true },
};
const edges: readonly Edge[] = [
  { dialect: dialects.anthropic as Dialect, body: { ...chatBody, max_tokens: 1000 }, check: checkAnthropicStream },
  { dialect: dialects.openaiChat as Dialect, body: chatBody, check: checkChatStream },
  { dialect: openaiResponses as Dialect, body: { model: head.model, input: 'Hi' }, check: checkResponsesStream },
  { dialect: dialects.openaiCompletions as Dialect, body: { ...chatBody, prompt: 'Hi' } },
];

interface Edge {
  readonly dialect: Dialect;
  readonly body: unknown;
  readonly check?: (text: string) => { readonly problems: readonly string[] };
}

describe.each(edges.map(edge => [edge.dialect.name, edge] as const))('a recorded answer through %s', (api, edge) => {
  const { dialect, body, check } = edge;
  const call = dialect.parse(body, noHeaders);

  it.each(fixtureNames)('streams %s as it always did', async name => {
    const text = await streamText(dialect, readFixture(name), call);
    expect(check?.(text).problems ?? []).toEqual([]);
    expectGolden(`${api}/${name}.sse`, text);
  });

  it.each(fixtureNames)('gives %s whole as it always did', async name => {
    const whole = await collect(readFixture(name)).then(
      result => dialect.whole(result, call),
      thrown => dialect.error(toChatError(thrown), 'req_1'),
    );
    expectGolden(`${api}/${name}.json`, `${JSON.stringify(whole, null, 2)}\n`);
  });
});

describe('the golden files', () => {
  it('belong to a recorded answer each', () => {
    const expected = edges.flatMap(({ dialect }) =>
      fixtureNames.flatMap(name => [`${name}.json`, `${name}.sse`].map(file => join(dialect.name, file))),
    );
    // What terminals show is recorded beside them.
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.(json|sse)$/.test(name));
    expect(found.sort()).toEqual(expected.sort());
    expect(fixtureNames.length).toBeGreaterThanOrEqual(25);
  });
});

function readFixture(name: string): ChatEvents {
  let ids = 0;
  const deltas = readAnswer(cutAt(fixtureBytes(name)), {
    modelId: 'model-x',
    schemas: new Map(['read_file', 'write_file', 'list_files'].map(tool => [tool, { type: 'object' }])),
    clientNames: new Map(),
    stop: [],
    parallelTools: true,
    ...(name.startsWith('thinking-tags') ? { thinking: 'as_reasoning_content' as const } : {}),
    maxInputTokens: 200_000,
    countTokens: text => text.length,
    newId: () => `made_${++ids}`,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return assemble(deltas, head, 111);
}

function expectGolden(name: string, text: string): void {
  const path = join(folder, name);
  if (update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(existsSync(path), `${name} is missing: run the tests with UPDATE_GOLDEN=1`).toBe(true);
  expect(text).toBe(readFileSync(path, 'utf8'));
}
