import { describe, expect, it } from 'vitest';
import { nearNames, resolveName } from '../../src/kiro/names.ts';

const ids = [
  'auto',
  'claude-opus-5.5',
  'claude-opus-5',
  'claude-sonnet-5.5',
  'claude-sonnet-5',
  'claude-opus-4.8',
  'claude-opus-4.6',
  'claude-opus-4.5',
  'claude-sonnet-4.6',
  'claude-sonnet-4.5',
  'claude-sonnet-4',
  'claude-haiku-4.5',
  'claude-fable-5',
  'gpt-5.6-sol',
  'deepseek-3.2',
  'minimax-m2.5',
  'glm-5',
  'qwen3-coder-next',
];
const hidden = { 'claude-3.7-sonnet': 'CLAUDE_3_7_SONNET_20250219_V1_0' };
const aliases = { fast: 'claude-haiku-4-5', Best: 'mine', mine: 'claude-opus-4.6', loop: 'pool', pool: 'loop' };
const resolve = (name: string) => resolveName(name, ids, { hidden, aliases });

describe('the names of models', () => {
  it.each([
    ['claude-sonnet-4.5', 'claude-sonnet-4.5'],
    ['Claude-Sonnet-4.5', 'claude-sonnet-4.5'],
    [' claude-sonnet-4.5 ', 'claude-sonnet-4.5'],
    ['claude-sonnet-4-5', 'claude-sonnet-4.5'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4.5'],
    ['claude-sonnet-4-5-latest', 'claude-sonnet-4.5'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4'],
    ['claude-sonnet-4-0', 'claude-sonnet-4'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4.5'],
    ['claude-opus-5-5', 'claude-opus-5.5'],
    ['claude-4.5-sonnet', 'claude-sonnet-4.5'],
    ['claude-4-5-sonnet-20250929', 'claude-sonnet-4.5'],
    ['claude-sonnet-4.5[1m]', 'claude-sonnet-4.5'],
    ['claude-sonnet-4-5-20250929[1m]', 'claude-sonnet-4.5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4.5'],
    ['openrouter/anthropic/claude-sonnet-4-5', 'claude-sonnet-4.5'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4.5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4.5'],
    ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4.6'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4.5'],
    ['claude_sonnet_4_5', 'claude-sonnet-4.5'],
    ['gpt-5-6-sol', 'gpt-5.6-sol'],
    ['openai/gpt-5.6-sol', 'gpt-5.6-sol'],
    ['minimax-m2-5', 'minimax-m2.5'],
    ['GLM-5', 'glm-5'],
    ['auto', 'auto'],
    ['fast', 'claude-haiku-4.5'],
    ['FAST', 'claude-haiku-4.5'],
    ['best', 'claude-opus-4.6'],
    ['claude-3.7-sonnet', 'CLAUDE_3_7_SONNET_20250219_V1_0'],
    ['claude-3-7-sonnet-20250219', 'CLAUDE_3_7_SONNET_20250219_V1_0'],
    ['claude-3-7-sonnet-latest', 'CLAUDE_3_7_SONNET_20250219_V1_0'],
  ])('%s is %s', (name, id) => {
    expect(resolve(name)).toEqual({ id, known: true });
  });

  it.each([
    ['claude-4.5-opus-high', { id: 'claude-opus-4.5', effort: 'high' }],
    ['claude-opus-4-8-xhigh', { id: 'claude-opus-4.8', effort: 'xhigh' }],
    ['gpt-5.6-sol-low', { id: 'gpt-5.6-sol', effort: 'low' }],
    ['claude-sonnet-4.5-thinking', { id: 'claude-sonnet-4.5', thinking: true }],
    ['claude-4.5-opus-high-thinking', { id: 'claude-opus-4.5', effort: 'high', thinking: true }],
    ['anthropic/claude-sonnet-4.5:thinking', { id: 'claude-sonnet-4.5', thinking: true }],
  ])('%s says more than the model', (name, meaning) => {
    expect(resolve(name)).toEqual({ known: true, ...meaning });
  });

  it.each([
    ['opus', 'claude-opus-5.5'],
    ['sonnet', 'claude-sonnet-5.5'],
    ['claude-haiku', 'claude-haiku-4.5'],
    ['claude-opus-latest', 'claude-opus-5.5'],
  ])('%s, a family, is its newest model %s', (name, id) => {
    expect(resolve(name)).toEqual({ id, known: true });
  });

  it.each([
    ['claude-3-5-haiku-20241022', 'claude-haiku-4.5', 'claude-haiku-3.5'],
    ['claude-3-5-sonnet-20241022', 'claude-sonnet-4', 'claude-sonnet-3.5'],
    ['claude-3-opus-20240229', 'claude-opus-4.5', 'claude-opus-3'],
    ['claude-opus-4-1-20250805', 'claude-opus-4.5', 'claude-opus-4.1'],
  ])('%s, retired, is replaced by %s, and that is said', (name, id, insteadOf) => {
    expect(resolve(name)).toEqual({ id, known: true, insteadOf });
  });

  it.each([
    ['claude-sonnet-6', 'claude-sonnet-6'],
    ['claude-sonnet-6-1-20270101', 'claude-sonnet-6.1'],
    ['claude-sonnet-4.7', 'claude-sonnet-4.7'],
    ['some-new-model', 'some-new-model'],
    ['Vendor/Model:Tag', 'Vendor/Model:Tag'],
    ['loop', 'loop'],
    ['', ''],
    ['__proto__', '__proto__'],
  ])('%s, unknown, passes as %s', (name, id) => {
    expect(resolve(name)).toEqual({ id, known: false });
  });

  it('prefers what is listed to what a suffix may mean', () => {
    expect(resolveName('gpt-codex-max', ['gpt-codex', 'gpt-codex-max'])).toEqual({ id: 'gpt-codex-max', known: true });
  });

  it('has near names for a wrong one', () => {
    expect(nearNames('claude-sonet-4.5', ids)[0]).toMatch(/4\.5$/);
    expect(nearNames('gpt-5.6', ids)).toContain('gpt-5.6-sol');
    expect(nearNames('xyz', ids)).toEqual([]);
  });
});
