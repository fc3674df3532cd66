import type { Document, Image, ToolResult } from '../../core/chat.ts';
import { writeDocument } from './documents.ts';
import {
  type AssistantTurn,
  joinTexts,
  type Turn,
  type TurnCall,
  type TurnImage,
  type TurnReasoning,
  type TurnResult,
  type UserTurn,
} from './draft.ts';
import { readImage } from './images.ts';
import { writeResult } from './result-texts.ts';

/** A user's turn that still grows. */
export interface OpenUserTurn {
  readonly role: 'user';
  readonly texts: string[];
  readonly images: TurnImage[];
  readonly results: TurnResult[];
  readonly from: string[];
}

/** An assistant's turn that still grows. */
export interface OpenAssistantTurn {
  readonly role: 'assistant';
  readonly texts: string[];
  readonly calls: TurnCall[];
  reasoning: TurnReasoning | undefined;
  readonly from: string[];
}

/** Turns in the making: asking for a role's turn gives the last one, if it is of that role, or opens one. */
export interface TurnList {
  user(path: string): OpenUserTurn;
  assistant(path: string): OpenAssistantTurn;
  /** Adds to the assistant's turn, the next one if none is open. Thoughts alone make no turn. */
  think(reasoning: TurnReasoning): void;
  /** Keeps what only a user's turn can hold until there is one. */
  hold(block: Image | Document | ToolResult, path: string): void;
  isEmpty(): boolean;
  close(): readonly Turn[];
}

/** An empty list. */
export function createTurnList(): TurnList {
  const turns: (OpenUserTurn | OpenAssistantTurn)[] = [];
  let thought: TurnReasoning | undefined;
  let held: { readonly block: Image | Document | ToolResult; readonly path: string }[] = [];

  const user = (path: string): OpenUserTurn => {
    const last = turns.at(-1);
    const turn: OpenUserTurn =
      last?.role === 'user' ? last : { role: 'user', texts: [], images: [], results: [], from: [] };
    if (turn !== last) turns.push(turn);
    for (const { block, path: origin } of held) addToTurn(touch(turn, origin), block);
    held = [];
    thought = undefined;
    return touch(turn, path);
  };
  const assistant = (path: string): OpenAssistantTurn => {
    const last = turns.at(-1);
    if (last?.role === 'assistant') return touch(last, path);
    const turn: OpenAssistantTurn = { role: 'assistant', texts: [], calls: [], reasoning: thought, from: [path] };
    turns.push(turn);
    thought = undefined;
    return turn;
  };
  return {
    user,
    assistant,
    think(reasoning) {
      const last = turns.at(-1);
      if (last?.role === 'assistant') last.reasoning ??= reasoning;
      else thought ??= reasoning;
    },
    hold: (block, path) => held.push({ block, path }),
    isEmpty: () => turns.length === 0,
    close() {
      const last = held.at(-1);
      if (last !== undefined) user(last.path);
      return turns.map(closeTurn);
    },
  };
}

/** Images of a result are silently lost by the service, so they go to the turn and the result's text names them. */
export function addToTurn(turn: OpenUserTurn, block: Image | Document | ToolResult): void {
  switch (block.type) {
    case 'image': {
      const image = readImage(block.source);
      if (typeof image === 'string') turn.texts.push(image);
      else turn.images.push(image);
      break;
    }
    case 'document':
      turn.texts.push(writeDocument(block));
      break;
    case 'tool-result':
      turn.results.push(writeResult(block, turn.images));
      break;
  }
}

function touch<T extends { readonly from: string[] }>(turn: T, path: string): T {
  if (turn.from.at(-1) !== path) turn.from.push(path);
  return turn;
}

function closeTurn(turn: OpenUserTurn | OpenAssistantTurn): Turn {
  const { texts, ...rest } = turn;
  const text = joinTexts(...texts);
  if (rest.role === 'user') return { ...rest, text } satisfies UserTurn;
  const { reasoning, ...bare } = rest;
  return (reasoning === undefined ? { ...bare, text } : { ...bare, text, reasoning }) satisfies AssistantTurn;
}
