import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject } from '../json.ts';

/** One place where a body breaks a rule of the service. */
export interface Finding {
  /** Where in the body. */
  readonly path: string;
  /** The number of the rule: its first two digits are the chapter. */
  readonly rule: string;
  readonly message: string;
  /** The turn it was found in, counted from the first of the history. */
  readonly turn?: number;
}

/** One turn of a body, and where it stands. */
export interface BodyTurn {
  readonly index: number;
  readonly path: string;
  readonly role: 'user' | 'assistant';
  readonly message: JsonObject;
}

/** The history and the current message, whatever their form. */
export function turnsOf(body: JsonObject): readonly BodyTurn[] {
  const state = objectAt(body, 'conversationState');
  const turns = listAt(state, 'history').map((entry, index) => turnOf(entry, index, `history[${index}]`));
  return [...turns, turnOf(state['currentMessage'] ?? {}, turns.length, 'currentMessage')];
}

function turnOf(entry: Json, index: number, path: string): BodyTurn {
  const holder = isObject(entry) ? entry : {};
  const role = isObject(holder['assistantResponseMessage']) ? 'assistant' : 'user';
  const name = role === 'user' ? 'userInputMessage' : 'assistantResponseMessage';
  return { index, path: `${path}.${name}`, role, message: objectAt(holder, name) };
}

/** The tool results of a user's turn. */
export function resultsOf({ message }: BodyTurn): readonly JsonObject[] {
  return listAt(objectAt(message, 'userInputMessageContext'), 'toolResults').filter(isObject);
}

/** The tool uses of an assistant's turn. */
export function usesOf({ message }: BodyTurn): readonly JsonObject[] {
  return listAt(message, 'toolUses').filter(isObject);
}

/** The declared tools, and where they stand. */
export function toolsOf(body: JsonObject): readonly { readonly path: string; readonly tool: JsonObject }[] {
  const current = turnsOf(body).at(-1);
  if (current === undefined) return [];
  return listAt(objectAt(current.message, 'userInputMessageContext'), 'tools').map((entry, index) => ({
    path: `${current.path}.userInputMessageContext.tools[${index}].toolSpecification`,
    tool: objectAt(isObject(entry) ? entry : {}, 'toolSpecification'),
  }));
}

/** A member that is a text; empty where it is none. */
export function textAt(holder: JsonObject, name: string): string {
  const value = holder[name];
  return typeof value === 'string' ? value : '';
}

/** A member that is a list; empty where it is none. */
export function listAt(holder: JsonObject, name: string): readonly Json[] {
  const value = holder[name];
  return Array.isArray(value) ? value : [];
}

/** A member that is an object; empty where it is none. */
export function objectAt(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  return isObject(value) ? value : {};
}
