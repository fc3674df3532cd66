// A vendor for tests of what stands before it: its answers are given, what it was asked is kept.
import { assemble, type Delta } from '../../src/core/assemble.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { Answer, ChatRequest } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import type { Model } from '../../src/core/model.ts';

export interface Asked {
  readonly chat: ChatRequest;
  readonly signal: AbortSignal;
}

export type Answering = (asked: Asked) => AsyncIterable<readonly Delta[]> | Promise<Answer>;

export interface FakeBackend extends Backend {
  readonly asked: Asked[];
  /** Answers every further question. */
  answer(answering: Answering): void;
}

export function createFakeBackend(): FakeBackend {
  const asked: Asked[] = [];
  let answering: Answering = () => say('Hello', ' there');
  return {
    asked,
    answer(next) {
      answering = next;
    },
    async ask(chat, signal) {
      const one = { chat, signal };
      asked.push(one);
      const answer = answering(one);
      return 'then' in answer ? answer : toAnswer(answer, chat);
    },
    count: async chat => JSON.stringify(chat.messages).length,
    models: async () => models,
    model: async name => models.find(({ id }) => id === name),
    usage: async () => ({
      plan: 'KIRO PRO',
      unit: 'credit',
      used: 12.5,
      limit: 1000,
      parts: [{ name: 'plan', used: 12.5, limit: 1000, expiresAt: Date.UTC(2026, 0, 2) }],
      resetsAt: Date.UTC(2026, 11, 1),
    }),
    ready: async () => undefined,
  };
}

/** Loose deltas as the answer to a request. */
export function toAnswer(
  deltas: AsyncIterable<readonly Delta[]>,
  chat: ChatRequest,
  extra: Partial<Answer> = {},
): Answer {
  const head = { id: 'answer-1', model: chat.model, createdAt: 1_760_000_000 };
  return { events: assemble(deltas, head, 10), ignored: [], ...extra };
}

/** An answer of these texts, each in a batch of its own. */
export async function* say(...texts: readonly string[]): AsyncGenerator<readonly Delta[]> {
  for (const text of texts) yield [{ type: 'text', text }];
  yield [{ type: 'usage', usage: { inputTokens: 10, outputTokens: texts.length, credits: 0.02 } }];
}

/** These texts, then a wait until the request is given up; then what a vendor's client throws. */
export async function* sayAndHang(signal: AbortSignal, ...texts: readonly string[]): AsyncGenerator<readonly Delta[]> {
  for (const text of texts) yield [{ type: 'text', text }];
  await new Promise<never>((_, reject) => {
    const stop = (): void => reject(new DOMException('The operation was aborted.', 'AbortError'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

/** These texts, then a failure. */
export async function* sayAndFail(error: unknown, ...texts: readonly string[]): AsyncGenerator<readonly Delta[]> {
  for (const text of texts) yield [{ type: 'text', text }];
  throw error ?? new ChatError('upstream', 'The service failed.');
}

export const models: readonly Model[] = [
  model('claude-sonnet-4.5', 'Claude Sonnet 4.5', true),
  model('claude-opus-4.8', 'Claude Opus 4.8', false),
  model('gpt-5.6-sol', 'GPT 5.6 Sol', false),
];

function model(id: string, name: string, isDefault: boolean): Model {
  return {
    id,
    name,
    maxInputTokens: 200_000,
    maxOutputTokens: 64_000,
    inputs: ['text', 'image'],
    efforts: [],
    thinks: false,
    isDefault,
  };
}
