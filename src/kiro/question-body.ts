import type { Json, JsonObject, Tool } from '../core/chat.ts';
import type { AssistantTurn, Draft, TurnCall, TurnReasoning, TurnResult, UserTurn } from './rules/draft.ts';

/** What a body says besides the conversation. */
export interface BodyOptions {
  readonly conversationId: string;
  readonly continuationId: string;
  readonly modelId: string;
  readonly profileArn: string | undefined;
  readonly fields: JsonObject | undefined;
}

/** The body of a request. Its members always come in the same order, and none of them is empty. */
export function writeBody(draft: Draft, options: BodyOptions): JsonObject {
  const { modelId, profileArn, fields } = options;
  const history = draft.turns
    .slice(0, -1)
    .map(turn => (turn.role === 'user' ? writeUser(turn, modelId, []) : writeAssistant(turn)));
  const current = draft.turns.at(-1);
  if (current?.role !== 'user') throw new Error('The last turn must be the user’s.');
  return {
    conversationState: {
      conversationId: options.conversationId,
      agentContinuationId: options.continuationId,
      agentTaskType: 'vibe',
      chatTriggerType: 'MANUAL',
      ...(history.length === 0 ? {} : { history }),
      currentMessage: writeUser(current, modelId, draft.tools),
    },
    ...(profileArn === undefined ? {} : { profileArn }),
    ...(fields === undefined ? {} : { additionalModelRequestFields: fields }),
  };
}

/** A body without the members that only some models take. */
export function dropModelFields(body: JsonObject): JsonObject {
  const { additionalModelRequestFields: _, ...rest } = body;
  return rest;
}

/** A body without any reasoning of earlier turns. */
export function dropReasoning(body: JsonObject): JsonObject {
  const state = body['conversationState'] as JsonObject;
  const history = state['history'] as readonly JsonObject[] | undefined;
  if (history === undefined) return body;
  return {
    ...body,
    conversationState: {
      ...state,
      history: history.map(turn => {
        const message = turn['assistantResponseMessage'] as JsonObject | undefined;
        if (message?.['reasoningContent'] === undefined) return turn;
        const { reasoningContent: _, ...rest } = message;
        return { assistantResponseMessage: rest };
      }),
    },
  };
}

function writeUser(turn: UserTurn, modelId: string, tools: readonly Tool[]): JsonObject {
  const context: Record<string, Json> = {};
  if (tools.length > 0) context['tools'] = tools.map(writeTool);
  if (turn.results.length > 0) context['toolResults'] = turn.results.map(writeResult);
  const images = turn.images.map(({ format, data }) => ({ format, source: { bytes: data } }));
  return {
    userInputMessage: {
      content: turn.text,
      modelId,
      origin: 'AI_EDITOR',
      ...(images.length === 0 ? {} : { images }),
      ...(tools.length + turn.results.length === 0 ? {} : { userInputMessageContext: context }),
    },
  };
}

function writeAssistant({ text, calls, reasoning }: AssistantTurn): JsonObject {
  return {
    assistantResponseMessage: {
      content: text,
      ...(calls.length === 0 ? {} : { toolUses: calls.map(writeCall) }),
      ...(reasoning === undefined ? {} : { reasoningContent: writeReasoning(reasoning) }),
    },
  };
}

function writeReasoning(reasoning: TurnReasoning): JsonObject {
  if ('redacted' in reasoning) return { redactedContent: reasoning.redacted };
  return { reasoningText: { text: reasoning.text, signature: reasoning.signature } };
}

function writeCall({ id, name, input }: TurnCall): JsonObject {
  return { toolUseId: id, name, input };
}

function writeResult({ id, texts, isError }: TurnResult): JsonObject {
  return {
    toolUseId: id,
    status: isError ? 'error' : 'success',
    content: texts.length === 0 ? [{ text: '' }] : texts.map(text => ({ text })),
  };
}

function writeTool({ name, description, inputSchema }: Tool): JsonObject {
  return { toolSpecification: { name, description, inputSchema: { json: inputSchema } } };
}
