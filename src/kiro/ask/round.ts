import { randomUUID } from 'node:crypto';
import type { ChatRequest } from '../../core/chat.ts';
import { type ChatError, toChatError } from '../../core/errors.ts';
import type { ThinkingHandling } from '../answer/thinking.ts';
import type { Auth, Login } from '../auth/auth.ts';
import type { Cooldown } from '../cooldown.ts';
import type { KnownModel } from '../models.ts';
import {
  type Question,
  type Target,
  warnBytes,
  withoutModelFields,
  withoutReasoning,
  writeQuestion,
} from '../question.ts';
import type { Remedy } from '../refusal.ts';
import { type RetryLimits, withRetries } from '../retry.ts';
import { countTokens } from '../tokens.ts';
import { type Truncations, withTruncationNote } from '../truncation.ts';
import { type Attempt, type AttemptTools, attempt, type Opened } from './attempt.ts';

/** What asking works with, for all questions together. */
export interface RoundTools extends AttemptTools {
  readonly auth: Auth;
  readonly cooldown: Cooldown;
  readonly limits: RetryLimits;
  readonly target: Pick<Target, 'maxDescription' | 'fakeReasoning'>;
  readonly thinking: ThinkingHandling;
  /** Models that refused additional fields. */
  readonly plain: Set<string>;
  readonly truncations: Truncations | undefined;
  /** Told of every attempt that failed. */
  readonly onFailure?: ((error: ChatError) => void) | undefined;
  readonly onRetry?: ((error: ChatError, delay: number) => void) | undefined;
}

/** A question that is being answered. */
export interface Round extends Opened {
  readonly question: Question;
  readonly login: Login;
}

/** Writes a conversation for a model. */
export function prepare(tools: RoundTools, chat: ChatRequest, model: KnownModel, login: Login): Question {
  const target: Target = {
    ...tools.target,
    modelId: model.id,
    vision: model.inputs.includes('image'),
    ...(model.fieldsSchema === undefined || tools.plain.has(model.id) ? {} : { fieldsSchema: model.fieldsSchema }),
    ...(login.profileArn === undefined ? {} : { profileArn: login.profileArn }),
  };
  const question = writeQuestion(chat, target);
  const cut = tools.truncations?.take(question.conversationId);
  return cut === undefined ? question : writeQuestion(withTruncationNote(chat, cut), target);
}

/** What surrounds the questions of one answer. */
export interface Asking {
  readonly model: KnownModel;
  readonly signal: AbortSignal;
  readonly explain: (thrown: unknown, question: Question) => Promise<ChatError>;
}

/** Asks one question, as often as it takes. */
export async function ask(tools: RoundTools, chat: ChatRequest, asking: Asking): Promise<Round> {
  const { auth, limits, log } = tools;
  const { model, signal } = asking;
  let login = await auth.login(signal);
  let question = prepare(tools, chat, model, login);
  if (question.bytes >= warnBytes)
    log.warn('the request is large, the service may refuse it', { bytes: question.bytes });
  const invocationId = randomUUID();
  let empties = 0;
  let ignored = 0;

  const mend = async (remedy: Remedy, error: ChatError): Promise<boolean> => {
    log.info('mending a refused request', { remedy, code: error.code });
    switch (remedy) {
      case 'renew': {
        const { profileArn } = login;
        login = await auth.renew(login, signal);
        if (login.profileArn !== profileArn) question = prepare(tools, chat, model, login);
        return true;
      }
      case 'without-reasoning':
        question = withoutReasoning(question);
        return true;
      case 'without-fields':
        tools.plain.add(model.id);
        question = withoutModelFields(question);
        return true;
      default:
        return false;
    }
  };

  const run = async (number: number, answered: () => void): Promise<Round> => {
    const asked = question;
    try {
      const opened = await attempt(tools, {
        question: asked,
        login,
        signal,
        number,
        most: Math.max(limits.maxRetries + 1, number),
        invocationId,
        answered,
        insistOnContent: empties < mostEmpties,
        insistOnChoice: ignored < mostIgnored,
        context: contextOf(tools, model, asked),
      });
      return { ...opened, question: asked, login };
    } catch (thrown) {
      if (!signal.aborted) tools.onFailure?.(toChatError(thrown));
      const code = codeOf(thrown);
      if (code === 'EMPTY_ANSWER') empties += 1;
      if (code === 'CHOICE_IGNORED') ignored += 1;
      throw thrown;
    }
  };

  const onRetry = (error: ChatError, delay: number): void => {
    log.info('asking again', { code: error.code, kind: error.kind, delay: Math.round(delay) });
    tools.onRetry?.(error, delay);
  };
  try {
    return await withRetries({ ...tools, signal, mend, onRetry }, run);
  } catch (thrown) {
    throw await asking.explain(thrown, question);
  }
}

/** What an answer is read against. It lives as long as the answer, and must not hold the question: that can be large. */
function contextOf(
  { thinking, truncations }: RoundTools,
  model: KnownModel,
  { conversationId, fallbackThinking }: Question,
): Attempt['context'] {
  return {
    modelId: model.id,
    ...(fallbackThinking ? { thinking } : {}),
    ...(model.maxInputTokens === undefined ? {} : { maxInputTokens: model.maxInputTokens }),
    countTokens: countAnswer,
    newId: () => `tooluse_${randomUUID().replaceAll('-', '')}`,
    onCut: names => truncations?.remember(conversationId, names),
  };
}

const codeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
// On the way of every answer: samples of a long one will do.
const countAnswer = (text: string): number => countTokens(text, 4096);
const mostEmpties = 2;
const mostIgnored = 1;
