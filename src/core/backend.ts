import type { Ask, ChatRequest } from './chat.ts';
import type { Model } from './model.ts';

/** What a server needs of a vendor. */
export interface Backend {
  readonly ask: Ask;
  /** Input tokens of a request, estimated. */
  count(chat: ChatRequest): Promise<number>;
  /** The models of the account; the last known or the built-in ones when the vendor cannot be asked. */
  models(): Promise<readonly Model[]>;
  /** The model that a client's name stands for; undefined when no listed model fits. */
  model(name: string): Promise<Model | undefined>;
  usage(signal: AbortSignal): Promise<AccountUsage>;
  /** Settles when a request could be sent now; throws `ChatError` of kind `login` when not. */
  ready(): Promise<void>;
}

/** Plan and credits of the account. */
export interface AccountUsage {
  readonly plan?: string;
  readonly email?: string;
  readonly unit: string;
  readonly used: number;
  readonly limit: number;
  /** The parts of `used` and `limit`: the plan itself, a trial, bonuses. */
  readonly parts: readonly UsagePart[];
  readonly overage?: {
    readonly enabled: boolean;
    readonly used: number;
    readonly rate?: number;
    readonly cap?: number;
  };
  /** Milliseconds since 1970. */
  readonly resetsAt?: number;
}

export interface UsagePart {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}
