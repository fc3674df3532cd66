import type { Breach } from './rule.ts';
import { compareShape, type Shape } from './shape.ts';

/** Rule 2: the members of an inference call, no others, no nulls, no empty collections. */
export function* checkQuestionShape(body: unknown): Iterable<Breach> {
  yield* compareShape(body, question, '');
}

const anyText: Shape = { text: /^/ };
const someText: Shape = { text: /[\s\S]/ };

const image: Shape = {
  members: { format: { text: /^(png|jpeg|gif|webp)$/ }, source: { members: { bytes: someText } } },
};
const toolResult: Shape = {
  members: {
    toolUseId: anyText,
    status: { text: /^(success|error)$/ },
    content: { list: { oneOf: { text: anyText, json: { free: true, empty: true } } }, empty: true },
  },
};
const tool: Shape = {
  members: {
    toolSpecification: {
      members: {
        name: anyText,
        description: anyText,
        inputSchema: { members: { json: { free: true, empty: false } } },
      },
    },
  },
};
const userMessage = (context: Readonly<Record<string, Shape>>): Shape => ({
  members: {
    content: anyText,
    modelId: someText,
    origin: { text: /^AI_EDITOR$/ },
    'images?': { list: image },
    'userInputMessageContext?': { members: context },
  },
});
const assistantMessage: Shape = {
  members: {
    content: anyText,
    'toolUses?': { list: { members: { toolUseId: anyText, name: anyText, input: { free: true, empty: true } } } },
    'reasoningContent?': {
      oneOf: {
        reasoningText: { members: { text: anyText, signature: someText } },
        redactedContent: someText,
      },
    },
  },
};
const question: Shape = {
  members: {
    conversationState: {
      members: {
        conversationId: { text: /^[\s\S]{1,128}$/ },
        agentContinuationId: { text: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
        agentTaskType: { text: /^vibe$/ },
        chatTriggerType: { text: /^MANUAL$/ },
        'history?': {
          list: {
            oneOf: {
              userInputMessage: userMessage({ 'toolResults?': { list: toolResult } }),
              assistantResponseMessage: assistantMessage,
            },
          },
        },
        currentMessage: {
          members: {
            userInputMessage: userMessage({ 'tools?': { list: tool }, 'toolResults?': { list: toolResult } }),
          },
        },
      },
    },
    'profileArn?': someText,
    'additionalModelRequestFields?': { free: true, empty: false },
  },
};
