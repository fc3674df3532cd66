import type { StopReason, Usage } from '../../core/chat.ts';
import type { Payload } from './payload.ts';

/** What the last events of a stream say. */
export interface Ending {
  readonly stopReason?: string;
  readonly tokens?: Partial<Usage>;
  /** Percent of the window, the answer included. */
  readonly contextUsage?: number;
  readonly credits?: number;
}

/** What an ending event says; undefined for any other event. */
export function readEnding(name: string, payload: Payload): Ending | undefined {
  switch (name) {
    case 'metadataEvent': {
      const { stopReason, tokenUsage } = payload;
      const tokens = readTokens(tokenUsage);
      return {
        ...(typeof stopReason === 'string' ? { stopReason } : {}),
        ...(tokens === undefined ? {} : { tokens }),
      };
    }
    case 'contextUsageEvent': {
      const contextUsage = number(payload['contextUsagePercentage']);
      return contextUsage === undefined ? {} : { contextUsage };
    }
    case 'meteringEvent': {
      const credits = number(payload['usage']);
      return credits === undefined ? {} : { credits };
    }
    default:
      return undefined;
  }
}

function readTokens(value: unknown): Partial<Usage> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const usage = value as Payload;
  const output = count(usage['outputTokens']);
  const read = count(usage['cacheReadInputTokens']);
  const written = count(usage['cacheWriteInputTokens']);
  const fresh = count(usage['uncachedInputTokens']);
  const total = count(usage['totalTokens']);
  const rest = total === undefined || output === undefined ? undefined : count(total - output);
  const input = fresh === undefined ? rest : fresh + (read ?? 0) + (written ?? 0);
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(read === undefined ? {} : { cacheReadTokens: read }),
    ...(written === undefined ? {} : { cacheWriteTokens: written }),
  };
}

/** What was counted here. */
export interface Counted {
  /** Tokens of the answer, estimated; reasoning is part of the output. */
  readonly output: number;
  readonly reasoning: number;
  readonly maxInputTokens?: number | undefined;
}

/**
 * The usage of an answer: the service's numbers first, then its share of the window. Without both, the tokens of the
 * request are left to whoever estimates them.
 */
export function writeUsage(ending: Ending, counted: Counted): Partial<Usage> {
  const { tokens, contextUsage, credits } = ending;
  const outputTokens = tokens?.outputTokens ?? counted.output;
  const window = counted.maxInputTokens;
  const shared =
    contextUsage === undefined || window === undefined ? 0 : Math.round((contextUsage / 100) * window) - outputTokens;
  return {
    ...tokens,
    ...(tokens?.inputTokens === undefined && shared > 0 ? { inputTokens: shared } : {}),
    outputTokens,
    ...(counted.reasoning > 0 ? { reasoningTokens: Math.min(counted.reasoning, outputTokens) } : {}),
    ...(credits === undefined ? {} : { credits }),
  };
}

/** What the reader saw of the answer itself. */
export interface Seen {
  readonly content: boolean;
  readonly calls: boolean;
  /** A call that never came to a whole end. */
  readonly cut: boolean;
}

/** Why the answer ended. `ending` is undefined when the stream ended without any of its last events. */
export function stopOf(ending: Ending | undefined, { content, calls, cut }: Seen): StopReason {
  const said = reasons.get(ending?.stopReason ?? '');
  if (said === 'context' || said === 'refusal') return said;
  if (ending === undefined || cut) return 'length';
  if (!content && (ending.contextUsage ?? 0) >= 99.5) return 'context';
  if (said === 'length' || said === 'pause') return said;
  // The service's own word on tools is often wrong.
  return calls ? 'tool' : 'end';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= beyondReason ? value : undefined;
}

function count(value: unknown): number | undefined {
  const found = number(value);
  return found === undefined ? undefined : Math.round(found);
}

// What is larger was not counted by anybody, and sums with it would leave the whole numbers.
const beyondReason = 1e12;

const reasons: ReadonlyMap<string, StopReason> = new Map([
  ['MAX_TOKENS', 'length'],
  ['MODEL_CONTEXT_WINDOW_EXCEEDED', 'context'],
  ['CONTENT_FILTERED', 'refusal'],
  ['PAUSE_TURN', 'pause'],
]);
