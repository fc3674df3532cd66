import type { ListedProfile } from './account.ts';
import type { TokenBook } from './credentials.ts';
import type { ListedModel } from './models.ts';
import type { ScriptedAnswer } from './script.ts';
import type { SeenRequest } from './seen.ts';

/** All that one emulator knows. */
export interface State {
  url: string;
  readonly now: () => number;
  readonly book: TokenBook;
  readonly profiles: readonly ListedProfile[];
  readonly models: readonly ListedModel[];
  readonly pageSize: number;
  readonly dialects: readonly ('runtime' | 'q')[];
  readonly limits: EmulatorLimits;
  /** Milliseconds. */
  readonly pace: number;
  readonly checkTokens: boolean;
  readonly enforce: boolean;
  /** False: a refresh gives no new refresh token. */
  readonly rotate: boolean;
  /** Seconds. */
  readonly pollInterval: number;
  readonly scripted: Map<string, ScriptedAnswer[]>;
  otherwise: ScriptedAnswer | ((request: SeenRequest) => ScriptedAnswer | undefined) | undefined;
  readonly polls: PollOutcome[];
  /** Clients that wait for a device's sign-in, by device code. */
  readonly devices: Map<string, string>;
  /** What a browser's sign-in was started with, by its code. */
  readonly codes: Map<string, { readonly challenge: string; readonly callback: string }>;
  /** Credits spent so far. */
  spent: number;
}

/** Limits of the service that tests make smaller. */
export interface EmulatorLimits {
  /** Bytes of a request body, those of images left out; 2 000 000 when left out. */
  readonly body?: number;
  /** Input tokens of every model, in place of the listed ones. */
  readonly inputTokens?: number;
}

/** The outcome of one poll of a device sign-in. */
export type PollOutcome = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied' | 'authorized';

/** The answers that were scripted for an operation, put at the end of its queue. */
export function addScript(state: State, operation: string, answers: readonly ScriptedAnswer[]): void {
  const queue = state.scripted.get(operation) ?? [];
  queue.push(...answers);
  state.scripted.set(operation, queue);
}

/** The next scripted answer to a request. */
export function takeScript(state: State, request: SeenRequest): ScriptedAnswer | undefined {
  const next = state.scripted.get(request.operation)?.shift();
  if (next !== undefined || request.operation !== 'GenerateAssistantResponse') return next;
  return typeof state.otherwise === 'function' ? state.otherwise(request) : state.otherwise;
}
