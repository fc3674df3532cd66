/** What somebody may have meant who wrote a word that is not there, as a sentence of its own; empty when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** The known word that is nearest: one that begins with it, or that differs in few letters. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const [longer] = wanted.length < 3 ? [] : known.filter(one => one.startsWith(wanted));
  if (longer !== undefined) return longer;
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const near = known.map(one => ({ one, steps: distance(wanted, one) })).filter(({ steps }) => steps <= most);
  return near.sort((first, second) => first.steps - second.steps)[0]?.one;
}

// https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (optimal string alignment)
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const isSame = from[row - 1] === to[at - 1];
      const isTurned = from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      current[at] = Math.min(
        (last[at] ?? 0) + 1,
        (current[at - 1] ?? 0) + 1,
        (last[at - 1] ?? 0) + (isSame ? 0 : 1),
        isTurned ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, current];
  }
  return last[to.length] ?? 0;
}
