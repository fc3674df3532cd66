import type { AssistantTurn, Draft, Turn, TurnCall, TurnResult, UserTurn } from './draft.ts';
import { firstFree, shortHash } from './hash.ts';

/** Gives every call an id that the service accepts and that no other call has, and its results the same. */
export function mapToolIds(draft: Draft): Draft {
  const taken = new Map<string, number>();
  let changed = false;
  let given: Map<string, string[]> = new Map();
  const turns = draft.turns.map((turn): Turn => {
    if (turn.role === 'assistant') {
      given = new Map();
      const calls = turn.calls.map((call): TurnCall => {
        const id = freeId(call.id, taken);
        given.set(call.id, [...(given.get(call.id) ?? []), id]);
        return id === call.id ? call : { ...call, id };
      });
      if (calls.every((call, index) => call === turn.calls[index])) return turn;
      changed = true;
      return { ...turn, calls } satisfies AssistantTurn;
    }
    const ids = given;
    given = new Map();
    const results = turn.results.map((result): TurnResult => {
      // Calls of one id are answered in their order; a further result belongs to the last of them.
      const waiting = ids.get(result.id);
      const id = waiting === undefined ? result.id : ((waiting.length > 1 ? waiting.shift() : waiting[0]) ?? result.id);
      return id === result.id ? result : { ...result, id };
    });
    if (results.every((result, index) => result === turn.results[index])) return turn;
    changed = true;
    return { ...turn, results } satisfies UserTurn;
  });
  return changed ? { ...draft, turns } : draft;
}

/** `taken` counts how often each id was asked for: a client that counts anew in every turn asks for the same often. */
function freeId(id: string, taken: Map<string, number>): string {
  const before = taken.get(id);
  taken.set(id, (before ?? 0) + 1);
  if (before === undefined && valid.test(id)) return id;
  const start = id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 47);
  const free = firstFree(taken, attempt => `${start}_${shortHash(`${before ?? 0}:${attempt}:${id}`, 16)}`);
  taken.set(free, 1);
  return free;
}

const valid = /^[A-Za-z0-9_-]{1,64}$/;
