import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { assemble } from '../core/assemble.ts';
import type { AccountUsage, Backend } from '../core/backend.ts';
import type { Answer, ChatEvent, ChatRequest, SearchResult } from '../core/chat.ts';
import { type ChatError, toChatError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type Step, through } from '../core/through.ts';
import { explain } from './ask/explain.ts';
import { ask, type RoundTools } from './ask/round.ts';
import { answerInRounds, hasOwnTools } from './ask/rounds.ts';
import type { Auth } from './auth/auth.ts';
import { waitFor } from './auth/wait.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { createCooldown } from './cooldown.ts';
import { type Counts, createCounts, type Reading } from './counts.ts';
import { createGate } from './gate.ts';
import { createModels, type KnownModel, type ModelList } from './models.ts';
import { type ResolvedName, resolveName } from './names.ts';
import type { Question } from './question.ts';
import { searchWeb } from './search.ts';
import { defaultSettings, type KiroSettings, limitsOf, patienceOf, quickLimits } from './settings.ts';
import { createSignedIn } from './signed-in.ts';
import { countChatGently, createInputCount, type InputCount } from './tokens.ts';
import { createTruncations } from './truncation.ts';

export interface KiroOptions {
  readonly auth: Auth;
  readonly connection: Connection;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where the list of models is kept; nowhere when missing. */
  readonly cacheDir?: string | undefined;
  readonly settings?: Partial<KiroSettings>;
  /** Makes text of documents and data of addresses, before the question is written. */
  readonly resolveMedia?: (chat: ChatRequest, signal: AbortSignal) => Promise<ChatRequest>;
  /** Where what happens is counted; the same for all that belong together. */
  readonly counts?: Counts;
  /** Told of every further attempt. */
  readonly onRetry?: (error: ChatError, delay: number) => void;
}

/** The Kiro service behind the user's sign-in. */
export interface Kiro extends Backend {
  search(query: string, signal?: AbortSignal): Promise<readonly SearchResult[]>;
  /** The models and where they come from; `refresh` asks the service now. */
  modelList(refresh?: boolean): Promise<ModelList>;
  /** Signs in and lists the models ahead of the first request; throws what stands in the way. */
  warm(): Promise<void>;
  /** Figures about the calls of the service. */
  readings(): readonly Reading[];
}

/** Asks Kiro. Knows no account before it is asked, and keeps nothing running. */
export function createKiro(options: KiroOptions): Kiro {
  const { auth, connection, log, clock = systemClock, resolveMedia = keep, counts = createCounts() } = options;
  const settings: KiroSettings = { ...defaultSettings, ...options.settings };
  const hidden = { ...defaultSettings.hiddenModels, ...settings.hiddenModels };
  const spread = settings.baseRetryDelay;
  const tools: RoundTools = {
    call: connection.call,
    auth,
    clock,
    log,
    cooldown: createCooldown(clock, spread),
    limits: limitsOf(settings),
    patience: patienceOf(settings),
    target: {
      maxDescription: settings.toolDescriptionMaxLength,
      fakeReasoning: { always: settings.fakeReasoning, maxTokens: settings.fakeReasoningMaxTokens },
    },
    thinking: settings.fakeReasoningHandling,
    plain: new Set(),
    truncations: settings.truncationRecovery ? createTruncations() : undefined,
    onFailure: counts.failed,
    onRetry(error, delay) {
      counts.retried(error);
      options.onRetry?.(error, delay);
    },
  };
  const gate = createGate({ maxConcurrent: settings.maxConcurrent, minInterval: settings.minInterval }, clock);
  const control = createSignedIn({
    auth,
    clock,
    limits: quickLimits(settings),
    cooldown: createCooldown(clock, spread),
  });
  const models = createModels({
    fetch: () =>
      control(async login => ({
        models: await connection.control.models(login),
        account: login.profileArn ?? 'API key',
      })),
    cachePath: options.cacheDir === undefined ? undefined : join(options.cacheDir, 'models.json'),
    clock,
    log,
  });
  let usage: AccountUsage | undefined;

  const askUsage = async (signal?: AbortSignal): Promise<AccountUsage> => {
    usage = await control(login => connection.control.usage(login, signal), signal);
    return usage;
  };

  const find = async (name: string, signal?: AbortSignal): Promise<Found> => {
    const { models: listed } = await waitFor(models.list(), signal);
    const ids = listed.map(({ id }) => id);
    const named = resolveName(name, ids, { aliases: settings.modelAliases, hidden });
    return { named, ids, model: listed.find(({ id }) => id === named.id) ?? unlisted(named.id) };
  };

  // What explains and notes failures lives as long as the answer, and must not hold the request: that can be large.
  const createExplainer =
    ({ name, model, ids, input }: Explained): Explainer =>
    async (thrown, question) => {
      const error = explain(thrown, {
        model: name,
        modelIds: ids,
        maxInputTokens: model.maxInputTokens,
        inputTokens: toChatError(thrown).kind === 'overflow' ? await input.ready() : undefined,
        question,
        resetsAt: usage?.resetsAt,
      });
      // For the next one that asks: this one is not to wait.
      if (error.kind === 'quota' && usage === undefined) askUsage().catch(() => {});
      return error;
    };
  const createNoter =
    (explainer: Explainer, signal: AbortSignal) =>
    (thrown: unknown): Promise<ChatError> => {
      if (!signal.aborted) counts.failed(toChatError(thrown));
      return explainer(thrown);
    };

  const answer = async (chat: ChatRequest, signal: AbortSignal, giveBack: () => void): Promise<Answer> => {
    const { named, model, ids } = await find(chat.model, signal);
    if (named.insteadOf !== undefined) log.info('a retired model is replaced', { model: chat.model, by: model.id });
    const asked = withName(await resolveMedia(chat, signal), named);
    const input = createInputCount(asked);
    const explainer = createExplainer({ name: chat.model, model, ids, input });
    const asking = { model, signal, explain: explainer };
    input.start();
    const first = await ask(tools, asked, asking);
    const deltas = hasOwnTools(first)
      ? answerInRounds(first, asked, {
          ask: next => ask(tools, next, asking),
          search: query => control(login => searchWeb(connection.call, login, query, signal), signal),
        })
      : first.deltas;
    const head = { id: randomUUID().replaceAll('-', ''), model: chat.model, createdAt: Math.floor(clock.now() / 1000) };
    return {
      events: through(
        assemble(deltas, head, await input.ready()),
        explaining(createNoter(explainer, signal)),
        giveBack,
      ),
      ignored: first.question.ignored,
      ...(first.upstreamId === undefined ? {} : { upstreamId: first.upstreamId }),
    };
  };

  return {
    async ask(chat, signal) {
      const end = endWith(await gate.enter(chat, signal), signal);
      try {
        return await answer(chat, signal, end);
      } catch (thrown) {
        end();
        throw thrown;
      }
    },
    count: countChatGently,
    async models() {
      const { models: listed } = await models.list();
      return listed.filter(({ id }) => !settings.hiddenFromList.includes(id));
    },
    async model(name) {
      const { named, model } = await find(name);
      return named.known ? model : undefined;
    },
    usage: askUsage,
    async ready() {
      await auth.login();
    },
    readings: () => counts.readings(gate.load()),
    search: (query, signal) => control(login => searchWeb(connection.call, login, query, signal), signal),
    modelList: refresh => (refresh === true ? models.refresh() : models.list()),
    async warm() {
      await auth.login();
      await models.list();
    },
  };
}

interface Found {
  readonly named: ResolvedName;
  readonly model: KnownModel;
  /** The ids of all listed models. */
  readonly ids: readonly string[];
}

/** Gives the place back, once; an answer that nobody reads gives it back when its client leaves. */
function endWith(giveBack: () => void, signal: AbortSignal): () => void {
  signal.addEventListener('abort', giveBack, { once: true });
  return () => {
    signal.removeEventListener('abort', giveBack);
    giveBack();
  };
}

interface Explained {
  /** The model as the client calls it. */
  readonly name: string;
  readonly model: KnownModel;
  readonly ids: readonly string[];
  readonly input: InputCount;
}

type Explainer = (thrown: unknown, question?: Question) => Promise<ChatError>;

const explaining =
  (explainWith: (thrown: unknown) => Promise<ChatError>): Step<readonly ChatEvent[], readonly ChatEvent[]> =>
  next => ({
    push: next.push,
    end: next.end,
    fail: async thrown => next.fail(await explainWith(thrown)),
  });

/** What a model's name says besides, where the client does not say it itself. */
function withName(chat: ChatRequest, { effort, thinking }: ResolvedName): ChatRequest {
  return {
    ...chat,
    ...(effort === undefined || chat.effort !== undefined ? {} : { effort }),
    ...(thinking === undefined || chat.thinking !== undefined ? {} : { thinking: { mode: 'enabled' } }),
  };
}

function unlisted(id: string): KnownModel {
  return { id, name: id, inputs: ['text', 'image'], efforts: [], thinks: false, isDefault: false };
}

const keep = async (chat: ChatRequest): Promise<ChatRequest> => chat;
