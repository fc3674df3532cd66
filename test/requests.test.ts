import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/core/chat.ts';
import { ChatError } from '../src/core/errors.ts';
import type { Call, Dialect } from '../src/dialects/dialect.ts';
import { dialects } from '../src/dialects/index.ts';
import { createOpenaiResponses } from '../src/dialects/openai-responses/index.ts';
import { defaultModels } from '../src/emulator/models.ts';
import { type Target, writeQuestion } from '../src/kiro/question.ts';
import { validateQuestion } from '../src/kiro/validate.ts';
import { breachesOf } from './kiro/support/chat.ts';
import { noHeaders } from './support/answers.ts';

// Requests of clients, what is read in each of them and what the service is sent for it. UPDATE_GOLDEN=1 writes what
// came of them anew: read the difference before you commit it.
const folder = join(import.meta.dirname, 'requests');
const update = process.env['UPDATE_GOLDEN'] === '1';

const dialectOf: Readonly<Record<string, Dialect>> = {
  anthropic: dialects.anthropic as Dialect,
  'openai-chat': dialects.openaiChat as Dialect,
  'openai-completions': dialects.openaiCompletions as Dialect,
  'openai-responses': createOpenaiResponses() as Dialect,
};

describe.each(Object.entries(dialectOf))('a request in %s', (api, dialect) => {
  it.each(namesIn(api))('is read and sent as it always was: %s', name => {
    const path = join(folder, api, `${name}.json`);
    const { request, ...expected } = readJson(path) as { request: { model: string } };
    const call = dialect.parse(request, noHeaders);
    const question = writeQuestion(call.chat, targetOf(request.model));
    expect(breachesOf(question)).toEqual([]);
    expect(validateQuestion(question.body)).toEqual([]);
    const { body, ignored, conversationId: _, ...rest } = question;
    const found = plain({ read: readOf(call), sent: { body, ignored, rest: partsOf(rest) } });
    if (update) writeFileSync(path, `${JSON.stringify({ request, ...(found as object) }, null, 2)}\n`);
    else expect(found).toEqual(expected);
  });
});

describe.each(Object.entries(dialectOf))('a request with one wrong value in it, in %s', (api, dialect) => {
  it('is refused with words that name the value, wherever it cannot be read', () => {
    const refusals = new Set<string>();
    for (const name of namesIn(api)) {
      const { request } = readJson(join(folder, api, `${name}.json`)) as { request: object };
      for (const [path, broken] of breakEach(request)) {
        const message = refusalOf(dialect, broken);
        if (message !== undefined) refusals.add(message.startsWith(path) ? message : `${path}: ${message}`);
      }
    }
    const found = `${[...refusals].sort().join('\n')}\n`;
    const file = join(folder, `refused-${api}.txt`);
    if (update) writeFileSync(file, found);
    else expect(found).toBe(readFileSync(file, 'utf8'));
  });
});

/** The request once for each value in it, with something else in its place. */
function* breakEach(whole: object): Iterable<readonly [path: string, request: unknown]> {
  const request = structuredClone(whole);
  for (const steps of placesIn(whole)) {
    const path = steps.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    const name = steps.at(-1) ?? '';
    const parent = steps.slice(0, -1).reduce<unknown>((at, step) => (at as Node)[step], request) as Node;
    const right = parent[name];
    for (const value of [7, null, {}]) {
      parent[name] = value;
      yield [path.slice(1), request];
    }
    parent[name] = right;
  }
}

type Node = Record<string | number, unknown>;

function* placesIn(value: unknown, steps: readonly (string | number)[] = []): Iterable<readonly (string | number)[]> {
  if (steps.length > 0) yield steps;
  if (typeof value !== 'object' || value === null) return;
  const names = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const name of names) yield* placesIn((value as Node)[name], [...steps, name]);
}

function refusalOf(dialect: Dialect, request: unknown): string | undefined {
  try {
    dialect.parse(request, noHeaders);
    return undefined;
  } catch (thrown) {
    const { kind, message, param } = thrown as ChatError;
    expect(thrown).toBeInstanceOf(ChatError);
    return `${message} (${kind}, ${param ?? 'no param'})`;
  }
}

function targetOf(modelId: string): Target {
  const schema = defaultModels.find(model => model.modelId === modelId)?.additionalModelRequestFieldsSchema;
  const fields = schema === undefined ? {} : { fieldsSchema: schema as unknown as JsonObject };
  return { modelId, vision: true, profileArn, ...fields };
}

// All but what the answer repeats of the request.
function readOf({ chat, ...call }: Call): unknown {
  const { echo: _, items: _items, ...rest } = call as Call & { readonly echo?: unknown; readonly items?: unknown };
  return { ...chat, call: rest };
}

const partsOf = ({ payload: _, bytes: _bytes, ...rest }: Readonly<Record<string, unknown>>): unknown => rest;

// As it stands in a file: maps and sets become lists.
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (part instanceof Map || part instanceof Set ? [...part] : part)),
  );
}

function namesIn(api: string): readonly string[] {
  return readdirSync(join(folder, api)).map(name => name.replace('.json', ''));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const profileArn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL';
