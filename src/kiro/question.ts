import type { ChatRequest, JsonObject, Tool } from '../core/chat.ts';
import { continuationIdOf, conversationIdOf } from './conversation.ts';
import { dropModelFields, dropReasoning, writeBody } from './question-body.ts';
import type { AnswerFormat } from './rules/answer-format.ts';
import { placeAsides } from './rules/asides.ts';
import { type Draft, placeMessages, type Rule } from './rules/draft.ts';
import { endWithUser, startWithUser } from './rules/ends.ts';
import { flattenTools } from './rules/flatten.ts';
import { checkImages } from './rules/images.ts';
import { dropBillingHeaders, foldSystem } from './rules/system-text.ts';
import { describeTools } from './rules/tool-descriptions.ts';
import { mapToolIds } from './rules/tool-ids.ts';
import { nameTools } from './rules/tool-names.ts';
import { pairResults } from './rules/tool-results.ts';
import { cleanSchemas } from './rules/tool-schemas.ts';
import { gatherTurns } from './rules/turns.ts';
import { repairUnicode } from './rules/unicode.ts';
import { declareUsedTools } from './rules/used-tools.ts';
import { type FakeReasoning, writeModelFields } from './thinking.ts';
import { planTools, type ToolPlan } from './tool-plan.ts';

/** What a question is written for. */
export interface Target {
  readonly modelId: string;
  /** The model's own `additionalModelRequestFieldsSchema`; without one it takes no such fields. */
  readonly fieldsSchema?: JsonObject;
  /** False: the model takes no images. */
  readonly vision?: boolean;
  /** Required with every sign-in, forbidden with an API key. */
  readonly profileArn?: string;
  /** Characters of a tool's description; a longer one is moved to the system text. */
  readonly maxDescription?: number;
  /** Thinking by tags, for models that have none of their own. */
  readonly fakeReasoning?: FakeReasoning;
}

/** A request in the service's form, and what its answer is to be read with. */
export interface Question {
  readonly body: JsonObject;
  /** The body as it is sent. */
  readonly payload: string;
  /** Length of the payload; from `warnBytes` on the service may refuse it. */
  readonly bytes: number;
  readonly conversationId: string;
  readonly tools: ToolNames;
  /** Parameters without effect, by their core names. */
  readonly ignored: readonly string[];
  /** The answer's thinking stands in `<thinking>` tags. */
  readonly fallbackThinking: boolean;
  /** Texts at which the answer is to be cut. */
  readonly stop: readonly string[];
  /** At most one call is to be passed on. */
  readonly oneCall: boolean;
  /** The answer must call a tool, the one with this name of the client's if there is a name. */
  readonly mustCall?: { readonly name?: string };
  /** The answer's text is what this tool is called with. */
  readonly format?: AnswerFormat;
  /** The tool by which the model asks the gateway to search the web. */
  readonly searchTool?: string;
  /** The tool by which the model asks the gateway for tools, and those that it finds. */
  readonly toolSearch?: { readonly name: string; readonly tools: readonly Tool[] };
  /** The client's messages that each turn was made of: those of the history, then the current one. */
  readonly origins: readonly (readonly string[])[];
}

/** How the names of tools are read back. */
export interface ToolNames {
  /** The client's names of all declared tools, by the service's. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/** Bytes of a payload from which on the service may refuse it. */
export const warnBytes = 600_000;

/** Writes a conversation as the service wants it. Equal conversations give equal bytes. */
export function writeQuestion(chat: ChatRequest, target: Target): Question {
  const { modelId } = target;
  const plan = planTools(chat);
  const model = writeModelFields(chat, target.fieldsSchema, target.fakeReasoning ?? noFakeReasoning);

  const checked = dropBillingHeaders(checkImages(placeMessages(chat), target.vision ?? true));
  const messages = plan.tools.length === 0 ? flattenTools(checked) : checked;
  const { system, turns } = gatherTurns(messages, { modelId, searchTool: plan.searchName });
  const start: Draft = {
    system: [...system, ...plan.standing],
    turns,
    asides: plan.passing,
    ...(model.tags === undefined ? {} : { tags: model.tags }),
    tools: plan.tools,
    clientNames: new Map(),
  };
  const draft = rulesFor(plan, target).reduce((before, rule) => rule(before), start);

  const conversationId = conversationIdOf({ ...chat, messages: checked }, modelId);
  const body = writeBody(draft, {
    conversationId,
    continuationId: continuationIdOf(conversationId, chat.messages),
    modelId,
    profileArn: target.profileArn,
    fields: model.fields,
  });
  const current = draft.turns.at(-1);
  return {
    ...written(body),
    conversationId,
    tools: { clientNames: new Map(draft.tools.map(({ name }) => [name, draft.clientNames.get(name) ?? name])) },
    ignored: [...plan.ignored, ...model.ignored],
    fallbackThinking: model.tags !== undefined && current?.role === 'user' && current.results.length === 0,
    stop: chat.stop,
    oneCall: !chat.parallelTools,
    ...(plan.mustCall === undefined ? {} : { mustCall: plan.mustCall }),
    ...(plan.format === undefined ? {} : { format: plan.format }),
    ...(plan.searchTool === undefined ? {} : { searchTool: plan.searchTool }),
    ...(plan.toolSearch === undefined ? {} : { toolSearch: plan.toolSearch }),
    origins: draft.turns.map(turn => turn.from),
  };
}

/** The rules of the service, in the order in which they are applied. */
export function rulesFor({ formatTool }: Pick<ToolPlan, 'formatTool'>, { maxDescription }: Target): readonly Rule[] {
  return [
    mapToolIds,
    pairResults,
    declareUsedTools,
    draft => (formatTool === undefined ? draft : declareTool(draft, formatTool)),
    nameTools,
    draft => describeTools(draft, maxDescription ?? defaultDescription),
    cleanSchemas,
    endWithUser,
    placeAsides,
    foldSystem,
    startWithUser,
    repairUnicode,
  ];
}

/** The same question without any earlier reasoning, after the service refused a signature. */
export function withoutReasoning(question: Question): Question {
  return { ...question, ...written(dropReasoning(question.body)) };
}

/** The same question without what the service says the model does not take. */
export function withoutModelFields(question: Question): Question {
  return { ...question, ...written(dropModelFields(question.body)) };
}

function declareTool(draft: Draft, tool: Tool): Draft {
  return draft.tools.some(({ name }) => name === tool.name) ? draft : { ...draft, tools: [...draft.tools, tool] };
}

function written(body: JsonObject): Pick<Question, 'body' | 'payload' | 'bytes'> {
  const payload = JSON.stringify(body);
  return { body, payload, bytes: Buffer.byteLength(payload) };
}

const noFakeReasoning: FakeReasoning = { always: false, maxTokens: 4000 };
const defaultDescription = 10_000;
