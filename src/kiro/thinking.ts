import type { ChatRequest, JsonObject } from '../core/chat.ts';
import { budgetOf, effortOf, nearestEffort } from './effort.ts';
import { findField } from './fields-schema.ts';

/** Thinking by tags, for models that have none of their own. */
export interface FakeReasoning {
  /** Also when the client did not ask for thinking. */
  readonly always: boolean;
  /** Tokens of thinking when the client names none. */
  readonly maxTokens: number;
}

/** How a request asks a model to think. */
export interface ModelFields {
  /** `additionalModelRequestFields`; without any, the member is not sent. */
  readonly fields?: JsonObject;
  /** The text that asks for thinking in tags. */
  readonly tags?: string;
  /** Parameters without effect, by their core names. */
  readonly ignored: readonly string[];
}

/** What a request asks of thinking, effort and length, in the words of the model's own schema. */
export function writeModelFields(
  chat: ChatRequest,
  schema: JsonObject | undefined,
  fakeReasoning: FakeReasoning,
): ModelFields {
  const wish = readWish(chat);
  const thinking = writeThinking(wish, schema);
  const effort = writeEffort(wish, schema, thinking !== undefined);
  const maxTokens = writeMaxTokens(chat.maxTokens, schema);
  const canThink = findField(schema, 'thinking') !== undefined || findField(schema, 'reasoning') !== undefined;
  const tags = canThink ? undefined : writeTags(wish, fakeReasoning);
  const fields: JsonObject = {
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { [effort.member]: { effort: effort.level } }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  };
  const staysOn = wish.thinks === false && canThink && thinking === undefined && effort?.level !== 'none';
  const isEffortUsed = effort !== undefined || tags !== undefined || (chat.effort === 'none' && wish.thinks === false);
  return {
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(tags === undefined ? {} : { tags }),
    ignored: [
      ...(staysOn ? ['thinking'] : []),
      ...(chat.effort === undefined || isEffortUsed ? [] : ['effort']),
      ...(chat.maxTokens === undefined || maxTokens !== undefined ? [] : ['maxTokens']),
    ],
  };
}

/** What the client wants; a budget is an effort, too, and an effort of none means no thinking. */
interface Wish {
  readonly thinks?: boolean;
  readonly effort?: string;
  readonly budget?: number;
  readonly display?: string;
}

function readWish({ thinking, effort }: ChatRequest): Wish {
  const off = thinking?.mode === 'disabled' || (thinking === undefined && effort === 'none');
  const budget = thinking?.mode === 'enabled' ? thinking.budget : undefined;
  const level = effort ?? (budget === undefined ? undefined : effortOf(budget));
  return {
    ...(off ? { thinks: false } : thinking === undefined ? {} : { thinks: true }),
    ...(level === undefined ? {} : { effort: level }),
    ...(budget === undefined ? {} : { budget }),
    ...(thinking?.display === undefined ? {} : { display: thinking.display }),
  };
}

function writeThinking(wish: Wish, schema: JsonObject | undefined): JsonObject | undefined {
  const types = findField(schema, 'thinking', 'type')?.values ?? [];
  if (wish.thinks === undefined) return undefined;
  if (!wish.thinks) return types.includes('disabled') ? { type: 'disabled' } : undefined;
  const displays = findField(schema, 'thinking', 'display')?.values ?? [];
  const display = wish.display !== undefined && displays.includes(wish.display) ? { display: wish.display } : {};
  if (types.includes('adaptive')) return { type: 'adaptive', ...display };
  if (!types.includes('enabled')) return undefined;
  const rule = findField(schema, 'thinking', 'budget_tokens');
  const budget = wish.budget ?? budgetOf(wish.effort ?? 'medium', mediumBudget);
  return { type: 'enabled', ...(rule === undefined ? {} : { budget_tokens: clamp(budget, rule) }), ...display };
}

function writeEffort(
  wish: Wish,
  schema: JsonObject | undefined,
  isThinkingSet: boolean,
): { readonly member: string; readonly level: string } | undefined {
  for (const member of ['output_config', 'reasoning']) {
    const allowed = findField(schema, member, 'effort')?.values;
    if (allowed === undefined) continue;
    const wanted = wantedEffort(wish, member, isThinkingSet);
    const level = wanted === undefined ? undefined : nearestEffort(wanted, allowed);
    return level === undefined ? undefined : { member, level };
  }
  return undefined;
}

function wantedEffort(wish: Wish, member: string, isThinkingSet: boolean): string | undefined {
  if (wish.thinks !== false) return wish.effort;
  if (member === 'reasoning') return 'none';
  // Where thinking cannot be switched off, as little of it as there is.
  if (!isThinkingSet) return wish.effort ?? 'none';
  return wish.effort === 'none' ? undefined : wish.effort;
}

function writeMaxTokens(maxTokens: number | undefined, schema: JsonObject | undefined): number | undefined {
  const rule = findField(schema, 'max_tokens');
  return maxTokens === undefined || rule === undefined ? undefined : clamp(maxTokens, rule);
}

function writeTags(wish: Wish, { always, maxTokens }: FakeReasoning): string | undefined {
  if (wish.thinks === false || (wish.thinks === undefined && !always)) return undefined;
  const length = wish.budget ?? (wish.effort === undefined ? maxTokens : budgetOf(wish.effort, maxTokens));
  return `<thinking_mode>enabled</thinking_mode><max_thinking_length>${length}</max_thinking_length>`;
}

function clamp(value: number, { minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): number {
  return Math.min(Math.max(value, minimum ?? value), maximum ?? Number.MAX_SAFE_INTEGER);
}

const mediumBudget = 8000;
