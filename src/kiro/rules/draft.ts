import type { ChatRequest, JsonObject, Message, Tool } from '../../core/chat.ts';

/** A message that knows where it stands in the client's request. */
export interface PlacedMessage extends Message {
  readonly path?: string;
}

/** The messages of a request, each with its place. */
export function placeMessages({ messages, paths }: Pick<ChatRequest, 'messages' | 'paths'>): readonly PlacedMessage[] {
  return messages.map((message, index) => ({ ...message, path: paths?.[index] ?? `message ${index + 1}` }));
}

/** The conversation on its way into the service's form: what the rules work on. */
export interface Draft {
  /** Sections of the system text, in order. */
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
  /** What the model is told for this answer only. */
  readonly asides: readonly string[];
  /** What asks the model to think in tags. */
  readonly tags?: string;
  readonly tools: readonly Tool[];
  /** The client's names of the tools that the service knows under another. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/** Neighbouring messages of one side, as one. */
export type Turn = UserTurn | AssistantTurn;

/** What the service takes as the user’s. */
export interface UserTurn {
  readonly role: 'user';
  readonly text: string;
  readonly images: readonly TurnImage[];
  readonly results: readonly TurnResult[];
  /** The client's messages that it was made of, as paths. */
  readonly from: readonly string[];
}

/** What the service takes as the assistant’s. */
export interface AssistantTurn {
  readonly role: 'assistant';
  readonly text: string;
  readonly calls: readonly TurnCall[];
  readonly reasoning?: TurnReasoning;
  readonly from: readonly string[];
}

/** An image that the service takes. */
export interface TurnImage {
  readonly format: ImageFormat;
  /** Base64. */
  readonly data: string;
}

/** The formats that the service takes. */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** What came of a call, in texts. */
export interface TurnResult {
  readonly id: string;
  readonly texts: readonly string[];
  readonly isError: boolean;
}

/** A call that the assistant made. */
export interface TurnCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** What the assistant thought: signed, or opaque. */
export type TurnReasoning =
  | { readonly text: string; readonly signature: string }
  /** Base64. */
  | { readonly redacted: string };

/** One rule of the service. Applied to its own outcome, it changes nothing. */
export type Rule = (draft: Draft) => Draft;

/** Texts as one, a blank line between them. */
export function joinTexts(...texts: readonly string[]): string {
  return texts.filter(text => text !== '').join('\n\n');
}
