import type { ThinkingHandling } from './answer/thinking.ts';
import type { RetryLimits } from './retry.ts';
import type { Patience } from './watch.ts';

/** What a user may set. Times are milliseconds. */
export interface KiroSettings {
  readonly modelAliases: Readonly<Record<string, string>>;
  /** Names and ids of models that the service accepts without listing them. */
  readonly hiddenModels: Readonly<Record<string, string>>;
  /** Models that are not listed, though they work. */
  readonly hiddenFromList: readonly string[];
  readonly toolDescriptionMaxLength: number;
  readonly truncationRecovery: boolean;
  readonly fakeReasoning: boolean;
  readonly fakeReasoningMaxTokens: number;
  readonly fakeReasoningHandling: ThinkingHandling;
  readonly maxRetries: number;
  readonly baseRetryDelay: number;
  readonly firstTokenTimeout: number;
  readonly firstTokenMaxRetries: number;
  readonly streamingReadTimeout: number;
  /** 0: no limit. */
  readonly maxConcurrent: number;
  readonly minInterval: number;
  readonly rateBackoff: number;
  /** All attempts and waits of one request together, up to its first output. */
  readonly deadline: number;
}

/** What holds where the user has set nothing. */
export const defaultSettings: KiroSettings = {
  modelAliases: {},
  hiddenModels: { 'claude-3.7-sonnet': 'CLAUDE_3_7_SONNET_20250219_V1_0' },
  hiddenFromList: [],
  toolDescriptionMaxLength: 10_000,
  truncationRecovery: true,
  fakeReasoning: false,
  fakeReasoningMaxTokens: 4000,
  fakeReasoningHandling: 'as_reasoning_content',
  maxRetries: 3,
  baseRetryDelay: 1000,
  firstTokenTimeout: 300_000,
  firstTokenMaxRetries: 3,
  streamingReadTimeout: 300_000,
  maxConcurrent: 0,
  minInterval: 0,
  rateBackoff: 5000,
  deadline: 900_000,
};

/** For questions. */
export function limitsOf(settings: KiroSettings): RetryLimits {
  return {
    maxRetries: settings.maxRetries,
    baseDelay: settings.baseRetryDelay,
    rateBackoff: settings.rateBackoff,
    firstTokenRetries: settings.firstTokenMaxRetries,
    deadline: settings.deadline,
  };
}

/** For listings and the like, which a person waits for. */
export function quickLimits(settings: KiroSettings): RetryLimits {
  return { ...limitsOf(settings), maxRetries: Math.min(1, settings.maxRetries), deadline: 30_000 };
}

/** How long an answer is waited for. */
export function patienceOf({ firstTokenTimeout, streamingReadTimeout }: KiroSettings): Patience {
  return {
    firstToken: firstTokenTimeout,
    silence: streamingReadTimeout,
    warn: Math.min(60_000, streamingReadTimeout / 2),
  };
}
