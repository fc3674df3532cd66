import { type Draft, joinTexts } from './draft.ts';

/**
 * Says what is for this answer only before the text of the current turn. A turn of tool results stays without text:
 * what must be said goes to the system text then, and thinking in tags is not asked for.
 */
export function placeAsides(draft: Draft): Draft {
  if (draft.asides.length === 0 && draft.tags === undefined) return draft;
  const { tags, asides, ...rest } = draft;
  const current = draft.turns.at(-1);
  if (current?.role !== 'user' || current.results.length > 0) {
    return { ...rest, asides: [], system: [...draft.system, ...asides] };
  }
  const text = joinTexts(...(tags === undefined ? [] : [tags]), ...asides, current.text);
  return { ...rest, asides: [], turns: [...draft.turns.slice(0, -1), { ...current, text }] };
}
