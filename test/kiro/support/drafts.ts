import type { Message } from '../../../src/core/chat.ts';
import {
  type AssistantTurn,
  type Draft,
  placeMessages,
  type TurnCall,
  type TurnResult,
  type UserTurn,
} from '../../../src/kiro/rules/draft.ts';
import { gatherTurns } from '../../../src/kiro/rules/turns.ts';

/** A draft with nothing in it but what is given. */
export function draftOf(more: Partial<Draft> = {}): Draft {
  return { system: [], turns: [], asides: [], tools: [], clientNames: new Map(), ...more };
}

export const userTurn = (text: string, results: readonly TurnResult[] = []): UserTurn => ({
  role: 'user',
  text,
  images: [],
  results,
  from: [],
});
export const assistantTurn = (text: string, calls: readonly TurnCall[] = []): AssistantTurn => ({
  role: 'assistant',
  text,
  calls,
  from: [],
});
export const turnCall = (id: string, name = 'read'): TurnCall => ({ id, name, input: {} });
export const turnResult = (id: string, ...texts: readonly string[]): TurnResult => ({ id, texts, isError: false });

/** The turns of messages, as the rules get them. */
export const gather = (...messages: readonly Message[]) =>
  gatherTurns(placeMessages({ messages }), { modelId: 'model-1', searchTool: 'web_search' });
