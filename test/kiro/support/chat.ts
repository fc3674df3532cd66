import type {
  Block,
  ChatRequest,
  Image,
  JsonObject,
  Message,
  Tool,
  ToolCall,
  ToolResult,
} from '../../../src/core/chat.ts';
import { imageRules } from '../../../src/emulator/rules/images.ts';
import { checkQuestionShape } from '../../../src/emulator/rules/question-shape.ts';
import { checkRules } from '../../../src/emulator/rules/rule.ts';
import { schemaRules } from '../../../src/emulator/rules/schemas.ts';
import { textRules } from '../../../src/emulator/rules/text.ts';
import { toolRules } from '../../../src/emulator/rules/tools.ts';
import { turnRules } from '../../../src/emulator/rules/turns.ts';
import type { Question } from '../../../src/kiro/question.ts';

/** A request with nothing in it but its messages. */
export function chatOf(messages: readonly Message[], more: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'claude-sonnet-4.5',
    messages,
    tools: [],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    stop: [],
    ...more,
  };
}

export const user = (...content: (string | Block)[]): Message => ({ role: 'user', content: content.map(asBlock) });
export const assistant = (...content: (string | Block)[]): Message => ({
  role: 'assistant',
  content: content.map(asBlock),
});
export const system = (...content: (string | Block)[]): Message => ({ role: 'system', content: content.map(asBlock) });

export const call = (id: string, name: string, input: JsonObject = {}): ToolCall => ({
  type: 'tool-call',
  id,
  name,
  input,
});
export const result = (id: string, ...content: (string | ToolResult['content'][number])[]): ToolResult => ({
  type: 'tool-result',
  id,
  content: content.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  isError: false,
});
export const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: {} },
  ...more,
});
export const image = (data: string): Image => ({ type: 'image', source: { kind: 'base64', data } });

/** The smallest PNG: one pixel. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Everything in which a question breaks the emulator's rules. */
export function breachesOf(question: Pick<Question, 'body' | 'payload'>): readonly string[] {
  const body = JSON.parse(question.payload);
  const shape = [...checkQuestionShape(body)];
  // The other rules read what the shape promises.
  if (shape.length > 0) return shape.map(({ path, message }) => `${path}: ${message}`);
  const rules = { ...turnRules, ...toolRules, ...schemaRules, ...imageRules };
  const text = { body, raw: Buffer.from(question.payload) } as unknown as Parameters<(typeof textRules)[string]>[0];
  const findings = [...checkRules(rules, body), ...checkRules(textRules, text)];
  return findings.map(({ violation }) => `${violation.rule} ${violation.path}: ${violation.message}`);
}

/** The turns of a body: its history and its current message. */
export function turnsOf({ body }: Pick<Question, 'body'>): readonly BodyTurn[] {
  const { history = [], currentMessage } = (body as unknown as Body).conversationState;
  return [...history, currentMessage];
}

export function currentOf(question: Pick<Question, 'body'>): BodyUser {
  return (question.body as unknown as Body).conversationState.currentMessage.userInputMessage;
}

interface Body {
  readonly conversationState: {
    readonly history?: readonly BodyTurn[];
    readonly currentMessage: { readonly userInputMessage: BodyUser };
  };
}

export type BodyTurn =
  | { readonly userInputMessage: BodyUser; readonly assistantResponseMessage?: never }
  | { readonly assistantResponseMessage: BodyAssistant; readonly userInputMessage?: never };

export interface BodyUser {
  readonly content: string;
  readonly modelId: string;
  readonly images?: readonly { readonly format: string; readonly source: { readonly bytes: string } }[];
  readonly userInputMessageContext?: {
    readonly tools?: readonly {
      readonly toolSpecification: {
        readonly name: string;
        readonly description: string;
        readonly inputSchema: { readonly json: JsonObject };
      };
    }[];
    readonly toolResults?: readonly {
      readonly toolUseId: string;
      readonly status: string;
      readonly content: readonly { readonly text: string }[];
    }[];
  };
}

export interface BodyAssistant {
  readonly content: string;
  readonly toolUses?: readonly { readonly toolUseId: string; readonly name: string; readonly input: JsonObject }[];
  readonly reasoningContent?: JsonObject;
}

function asBlock(content: string | Block): Block {
  return typeof content === 'string' ? { type: 'text', text: content } : content;
}
