import type { ChatRequest, Json, JsonObject, Tool } from '../core/chat.ts';
import { continuationIdOf, conversationIdOf } from './conversation.ts';
import type { AssistantTurn, Draft, Rule, Turn, TurnCall, UserTurn } from './rules/draft.ts';
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

export interface FakeReasoning {
  /** Also when the client did not ask for thinking. */
  readonly always: boolean;
  /** Tokens, when the client names none. */
  readonly maxTokens: number;
}

/** A request in the service's form, and what its answer is to be read with. */
export interface Question {
  readonly body: JsonObject;
  /** The body as it is sent. */
  readonly payload: string;
  /** Length of the payload. */
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
  /** The answer must call a tool, the named one if there is a name. */
  readonly mustCall?: { readonly name?: string };
  /** The answer's text is what this tool is called with. */
  readonly format?: AnswerFormat;
  /** The tool that searches the web, done by the gateway. */
  readonly searchTool?: string;
  /** The tool that finds tools, done by the gateway, and those that it finds. */
  readonly toolSearch?: { readonly name: string; readonly tools: readonly Tool[] };
  /** The client's messages that each turn was made of, the current one last. */
  readonly origins: readonly (readonly string[])[];
}

export interface AnswerFormat {
  /** The tool's name as the service knows it. */
  readonly tool: string;
  /** The member of its input that holds the answer; without one, the whole input does. */
  readonly member?: string;
  /** What the answer must satisfy. */
  readonly schema?: JsonObject;
}

export interface ToolNames {
  /** The client's names by the service's: all declared tools. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/** Bytes of a payload from which on the service may refuse it. */
export const warnBytes = 600_000;

/** Writes a conversation as the service wants it. Equal conversations give equal bytes. */
export function writeQuestion(chat: ChatRequest, target: Target): Question {
  const read = dropBillingHeaders(checkImages(chat.messages, target.vision ?? true));
  const told = chat.tools.length === 0 ? flattenTools(read) : read;
  const { system, turns } = gatherTurns(told, { modelId: target.modelId, searchTool: 'web_search' });
  const rules: readonly Rule[] = [
    mapToolIds,
    pairResults,
    declareUsedTools,
    nameTools,
    draft => describeTools(draft, target.maxDescription ?? 10_000),
    cleanSchemas,
    foldSystem,
    startWithUser,
    endWithUser,
    repairUnicode,
  ];
  const start: Draft = { system, turns, tools: chat.tools, clientNames: new Map() };
  const draft = rules.reduce((before, rule) => rule(before), start);
  return writeBody(draft, chat, target, system);
}

function writeBody(draft: Draft, chat: ChatRequest, target: Target, system: readonly string[]): Question {
  const users = draft.turns.filter(turn => turn.role === 'user');
  const conversationId = conversationIdOf({
    ...(chat.session === undefined ? {} : { session: chat.session }),
    modelId: target.modelId,
    system: system.join('\n'),
    firstUserText: users[0]?.text ?? '',
  });
  const turns = draft.turns.map(turn => writeTurn(turn, target.modelId));
  const current = draft.turns.at(-1);
  const history = turns.slice(0, -1);
  const body: JsonObject = {
    conversationState: {
      conversationId,
      agentContinuationId: continuationIdOf(conversationId, users.filter(turn => turn.results.length === 0).length),
      agentTaskType: 'vibe',
      chatTriggerType: 'MANUAL',
      ...(history.length === 0 ? {} : { history }),
      currentMessage: current?.role === 'user' ? writeUser(current, target.modelId, draft.tools) : {},
    },
    ...(target.profileArn === undefined ? {} : { profileArn: target.profileArn }),
  };
  const payload = JSON.stringify(body);
  return {
    body,
    payload,
    bytes: Buffer.byteLength(payload),
    conversationId,
    tools: { clientNames: new Map(draft.tools.map(({ name }) => [name, draft.clientNames.get(name) ?? name])) },
    ignored: [],
    fallbackThinking: false,
    stop: chat.stop,
    oneCall: !chat.parallelTools,
    origins: draft.turns.map(turn => turn.from),
  };
}

function writeTurn(turn: Turn, modelId: string): JsonObject {
  return turn.role === 'user' ? writeUser(turn, modelId, []) : writeAssistant(turn);
}

function writeUser(turn: UserTurn, modelId: string, tools: readonly Tool[]): JsonObject {
  const images = turn.images.map(({ format, data }) => ({ format, source: { bytes: data } }));
  const context: Record<string, Json> = {};
  if (tools.length > 0) context['tools'] = tools.map(writeTool);
  if (turn.results.length > 0) {
    context['toolResults'] = turn.results.map(({ id, texts, isError }) => ({
      toolUseId: id,
      status: isError ? 'error' : 'success',
      content: texts.length === 0 ? [{ text: '' }] : texts.map(text => ({ text })),
    }));
  }
  return {
    userInputMessage: {
      content: turn.text,
      modelId,
      origin: 'AI_EDITOR',
      ...(images.length === 0 ? {} : { images }),
      ...(Object.keys(context).length === 0 ? {} : { userInputMessageContext: context }),
    },
  };
}

function writeAssistant(turn: AssistantTurn): JsonObject {
  const { reasoning } = turn;
  return {
    assistantResponseMessage: {
      content: turn.text,
      ...(turn.calls.length === 0 ? {} : { toolUses: turn.calls.map(writeCall) }),
      ...(reasoning === undefined
        ? {}
        : {
            reasoningContent:
              'redacted' in reasoning ? { redactedContent: reasoning.redacted } : { reasoningText: { ...reasoning } },
          }),
    },
  };
}

const writeCall = ({ id, name, input }: TurnCall): JsonObject => ({ toolUseId: id, name, input });

const writeTool = ({ name, description, inputSchema }: Tool): JsonObject => ({
  toolSpecification: { name, description, inputSchema: { json: inputSchema } },
});
