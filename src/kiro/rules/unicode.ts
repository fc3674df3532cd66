import type { Json, JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import type { Draft, Turn } from './draft.ts';

/** Replaces lone surrogates, which the service refuses, outside of schemas, which are cleaned with all else. */
export function repairUnicode(draft: Draft): Draft {
  const tools = mapKept(draft.tools, tool => {
    const description = tool.description.toWellFormed();
    return description === tool.description ? tool : { ...tool, description };
  });
  const turns = mapKept(draft.turns, repairTurn);
  const system = mapKept(draft.system, text => text.toWellFormed());
  const isUnchanged = tools === draft.tools && turns === draft.turns && system === draft.system;
  return isUnchanged ? draft : { ...draft, tools, turns, system };
}

function repairTurn(turn: Turn): Turn {
  const text = turn.text.toWellFormed();
  if (turn.role === 'user') {
    const results = mapKept(turn.results, result => {
      const texts = mapKept(result.texts, part => part.toWellFormed());
      return texts === result.texts ? result : { ...result, texts };
    });
    return text === turn.text && results === turn.results ? turn : { ...turn, text, results };
  }
  const calls = mapKept(turn.calls, call => {
    const input = repairJson(call.input) as JsonObject;
    return input === call.input ? call : { ...call, input };
  });
  const reasoning = turn.reasoning && 'text' in turn.reasoning ? repairText(turn.reasoning) : turn.reasoning;
  if (text === turn.text && calls === turn.calls && reasoning === turn.reasoning) return turn;
  return { ...turn, text, calls, ...(reasoning === undefined ? {} : { reasoning }) };
}

function repairText<T extends { readonly text: string }>(holder: T): T {
  return holder.text.isWellFormed() ? holder : { ...holder, text: holder.text.toWellFormed() };
}

/** JSON with well-formed strings and names; the same JSON if it has no others. */
export function repairJson(json: Json, depth = 0): Json {
  if (typeof json === 'string') return json.toWellFormed();
  if (typeof json !== 'object' || json === null) return json;
  if (depth > maxDepth) {
    throw new ChatError('invalid', `JSON in the request is nested more than ${maxDepth} levels deep. Flatten it.`);
  }
  if (Array.isArray(json)) return mapKept(json as readonly Json[], item => repairJson(item, depth + 1));
  let changed = false;
  const entries = Object.entries(json).map(([key, value]): [string, Json] => {
    const next = repairJson(value, depth + 1);
    const name = key.toWellFormed();
    changed ||= next !== value || name !== key;
    return [name, next];
  });
  return changed ? Object.fromEntries(entries) : json;
}

/** Maps; gives the same list if nothing changed. */
function mapKept<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  list.forEach((item, index) => {
    const next = change(item);
    if (next === item) return;
    changed ??= [...list];
    changed[index] = next;
  });
  return changed ?? list;
}

const maxDepth = 500;
