// Figures, their spread, and the table and file that they end in.

export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** One value a run. */
  readonly values: readonly number[];
  /** The bar, and on which side of it is good. */
  readonly goal?: { readonly at: number; readonly better: 'lower' | 'higher' };
  readonly note?: string;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A Markdown table of the figures: median, spread, bar, verdict. */
export function writeTable(figures: readonly Figure[]): string {
  const rows = figures.map(figure => {
    const middle = median(figure.values);
    const spread =
      figure.values.length > 1 ? `${show(Math.min(...figure.values))} – ${show(Math.max(...figure.values))}` : '';
    const { goal } = figure;
    const met =
      goal === undefined ? '' : (goal.better === 'lower' ? middle <= goal.at : middle >= goal.at) ? 'yes' : 'NO';
    const bar = goal === undefined ? '' : `${goal.better === 'lower' ? '≤' : '≥'} ${show(goal.at)}`;
    return [figure.name, show(middle), figure.unit, spread, bar, met, figure.note ?? ''];
  });
  const all = [['figure', 'median', 'unit', 'spread', 'goal', 'met', 'note'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(all[0] ?? []), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

function show(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : 2);
}
