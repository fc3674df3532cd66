import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/core/model.ts';
import { writeCatalog } from '../../../src/dialects/openai-responses/index.ts';

const plain: Model = { id: 'some-model', name: 'Some', inputs: ['text'], efforts: [], thinks: false, isDefault: false };
const claude: Model = {
  ...{ id: 'claude-opus-5', name: 'Claude Opus 5', description: 'Strong.', maxInputTokens: 1_000_000 },
  ...{ inputs: ['text', 'image'], efforts: ['low', 'medium', 'high', 'xhigh', 'max'], thinks: true, isDefault: true },
};

type Entry = Record<string, unknown>;
function entriesOf(models: readonly Model[], version = '0.169.0'): Entry[] {
  return writeCatalog(models, version)['models'] as unknown as Entry[];
}

// Members without a default in any version of the program's own reader, and what they may be.
const required: Readonly<Record<string, (value: unknown) => boolean>> = {
  slug: isText,
  display_name: isText,
  default_reasoning_level: value => levels.includes(String(value)),
  supported_reasoning_levels: value =>
    Array.isArray(value) && value.every(level => levels.includes(level.effort) && isText(level.description)),
  shell_type: value => ['default', 'local', 'unified_exec', 'disabled', 'shell_command'].includes(String(value)),
  visibility: value => ['list', 'hide', 'none'].includes(String(value)),
  minimal_client_version: value => Array.isArray(value) && value.length === 3 && value.every(Number.isInteger),
  supported_in_api: value => value === true,
  priority: Number.isInteger,
  base_instructions: isText,
  supports_reasoning_summaries: isFlag,
  support_verbosity: isFlag,
  apply_patch_tool_type: value => value === null || value === 'freeform',
  truncation_policy: value => {
    const { mode, limit } = value as Entry;
    return (mode === 'bytes' || mode === 'tokens') && Number.isInteger(limit);
  },
  supports_parallel_tool_calls: isFlag,
  context_window: value => value === null || Number.isInteger(value),
  reasoning_summary_format: value => value === 'none' || value === 'experimental',
  experimental_supported_tools: Array.isArray,
  effective_context_window_percent: Number.isInteger,
  input_modalities: value => Array.isArray(value) && value.every(kind => kind === 'text' || kind === 'image'),
};
const levels = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

describe('the list of models for Codex', () => {
  it('has every member that any version requires, in every entry', () => {
    const fraction: Model = { ...plain, id: 'gpt-5.6-sol', maxInputTokens: 271_999.5, inputs: ['image'] };
    for (const version of ['0.80.0', '0.169.0', '', 'dev']) {
      for (const entry of entriesOf([plain, claude, fraction], version)) {
        const wrong = Object.entries(required).filter(([name, fits]) => !fits(entry[name]));
        expect(wrong.map(([name]) => `${entry['slug']}: ${name} is ${JSON.stringify(entry[name])}`)).toEqual([]);
      }
    }
  });

  it('puts the default model first', () => {
    expect(entriesOf([plain, claude]).map(entry => [entry['slug'], entry['priority']])).toEqual([
      ['claude-opus-5', 0],
      ['some-model', 1],
    ]);
  });

  it('says what a model can do', () => {
    const [entry] = entriesOf([claude]);
    expect(entry).toMatchObject({
      context_window: 1_000_000,
      input_modalities: ['text', 'image'],
      default_reasoning_level: 'medium',
      supports_reasoning_summaries: true,
      apply_patch_tool_type: null,
    });
    expect(entriesOf([{ ...plain, id: 'gpt-5.6-sol' }])[0]).toMatchObject({ apply_patch_tool_type: 'freeform' });
  });

  it('names no level of effort that an older version would choke on', () => {
    const effortsOf = (version: string): unknown => {
      const [entry] = entriesOf([claude], version);
      return (entry?.['supported_reasoning_levels'] as Entry[] | undefined)?.map(level => level['effort']);
    };
    const [gpt] = entriesOf([{ ...claude, efforts: ['none', 'minimal', 'low', 'ultra'] }]);
    expect(gpt?.['supported_reasoning_levels']).toMatchObject([
      { effort: 'none' },
      { effort: 'minimal' },
      { effort: 'low' },
    ]);
    expect(effortsOf('0.169.0')).toEqual(['low', 'medium', 'high', 'xhigh', 'max']);
    expect(effortsOf('1.0.0')).toEqual(['low', 'medium', 'high', 'xhigh', 'max']);
    expect(effortsOf('0.80.0')).toEqual(['low', 'medium', 'high', 'xhigh']);
  });
});
