import { describe, expect, it } from 'vitest';
import { budgetOf, effortOf, nearestEffort } from '../../src/kiro/effort.ts';

const all = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

describe('an effort', () => {
  it('is taken as it is where the model knows it', () => {
    for (const level of all) expect(nearestEffort(level, all)).toBe(level);
  });

  it.each([
    ['xhigh', ['low', 'medium', 'high', 'max'], 'high'],
    ['minimal', ['none', 'low', 'high'], 'low'],
    ['max', ['none', 'low'], 'low'],
    ['low', ['none', 'max'], 'max'],
    ['none', ['low', 'high'], 'low'],
    ['none', ['none', 'high'], 'none'],
    ['low', ['none'], 'none'],
    ['medium', ['low', 'high'], 'low'],
    ['low', ['unknown', 'high'], 'high'],
    ['high', [], undefined],
    ['unknown', ['low'], undefined],
  ])('%s becomes, of %j, %s', (wanted, allowed, nearest) => {
    expect(nearestEffort(wanted, allowed)).toBe(nearest);
  });

  it('is what a budget stands for', () => {
    const budgets = [1, 4095, 4096, 12_287, 12_288, 32_767, 32_768, 63_999, 64_000];
    expect(budgets.map(effortOf)).toEqual([
      ...['low', 'low', 'medium', 'medium', 'high', 'high', 'xhigh', 'xhigh', 'max'],
    ]);
  });

  it('stands for a share of the budget of medium', () => {
    expect(all.map(level => budgetOf(level, 4000))).toEqual([4000, 1000, 2000, 4000, 8000, 12_000, 16_000]);
    expect(budgetOf('minimal', 1)).toBe(1);
  });
});
