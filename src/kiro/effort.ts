/** How hard a model is to think, in the words of all APIs, lowest first. */
export const levels: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The nearest level that a model allows, the lower one of two. Not to think at all is only for who asks for it. */
export function nearestEffort(wanted: string, allowed: readonly string[]): string | undefined {
  const at = rank(wanted);
  if (at < 0) return undefined;
  const thinking = allowed.filter(word => rank(word) > 0);
  const choices = at === 0 || thinking.length === 0 ? allowed.filter(word => rank(word) >= 0) : thinking;
  return choices
    .map(word => ({ word, far: Math.abs(rank(word) - at) }))
    .sort((one, other) => one.far - other.far || rank(one.word) - rank(other.word))[0]?.word;
}

/** The level that a budget of thinking tokens stands for. */
export function effortOf(budget: number): string {
  return budgets.find(({ below }) => budget < below)?.effort ?? 'max';
}

/** The budget of thinking tokens that a level stands for, given that of `medium`. */
export function budgetOf(effort: string, medium: number): number {
  const share = shares[effort] ?? 1;
  return Math.max(1, Math.round(medium * share));
}

const rank = (word: string): number => levels.indexOf(word);

const budgets = [
  { below: 4096, effort: 'low' },
  { below: 12_288, effort: 'medium' },
  { below: 32_768, effort: 'high' },
  { below: 64_000, effort: 'xhigh' },
];

const shares: Readonly<Record<string, number>> = { minimal: 0.25, low: 0.5, medium: 1, high: 2, xhigh: 3, max: 4 };
