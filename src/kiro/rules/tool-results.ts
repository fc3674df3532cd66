import { type AssistantTurn, type Draft, joinTexts, type Turn, type TurnResult, type UserTurn } from './draft.ts';

/**
 * Every call is answered in the next turn, and every result answers one of the turn before: a missing result becomes
 * one that says so, and a result without a call becomes text.
 */
export function pairResults(draft: Draft): Draft {
  const turns: Turn[] = [];
  let changed = false;
  let calls: AssistantTurn['calls'] = [];
  let from: AssistantTurn['from'] = [];
  for (const turn of draft.turns) {
    if (turn.role === 'assistant') {
      ({ calls, from } = turn);
      turns.push(turn);
    } else {
      const paired = pair(turn, calls);
      changed ||= paired !== turn;
      turns.push(paired);
      calls = [];
    }
  }
  if (calls.length > 0) {
    changed = true;
    turns.push({ role: 'user', text: '', images: [], results: calls.map(missing), from });
  }
  return changed ? { ...draft, turns } : draft;
}

function pair(turn: UserTurn, calls: AssistantTurn['calls']): UserTurn {
  if (turn.results.length === 0 && calls.length === 0) return turn;
  const results = new Map<string, TurnResult>();
  const orphans: TurnResult[] = [];
  const ids = new Set(calls.map(call => call.id));
  for (const result of turn.results) {
    const other = results.get(result.id);
    if (!ids.has(result.id)) orphans.push(result);
    else if (other === undefined) results.set(result.id, result);
    else results.set(result.id, mergeResults(other, result));
  }
  if (orphans.length === 0 && results.size === ids.size && results.size === turn.results.length) return turn;
  for (const call of calls) if (!results.has(call.id)) results.set(call.id, missing(call));
  return {
    ...turn,
    text: joinTexts(...orphans.map(labelOrphan), turn.text),
    results: [...results.values()],
  };
}

function mergeResults(first: TurnResult, second: TurnResult): TurnResult {
  return {
    id: first.id,
    texts: [...first.texts, ...second.texts],
    isError: first.isError || second.isError,
  };
}

function missing({ id }: { readonly id: string }): TurnResult {
  return { id, texts: ['The tool call failed: its result was never given. It may not have been run.'], isError: true };
}

function labelOrphan({ id, texts }: TurnResult): string {
  return [`[The result of an earlier tool call (${id}):]`, ...texts].join('\n');
}
