import type { KnownModel } from './entry.ts';

/** The models that are known without asking, for as long as the service cannot be asked. */
export const builtInModels: readonly KnownModel[] = [
  entry('auto', 'Auto', 200_000, true),
  entry('claude-opus-5.5', 'Claude Opus 5.5', 1_000_000),
  entry('claude-opus-5', 'Claude Opus 5', 1_000_000),
  entry('claude-sonnet-5.5', 'Claude Sonnet 5.5', 1_000_000),
  entry('claude-sonnet-5', 'Claude Sonnet 5', 1_000_000),
  entry('claude-opus-4.8', 'Claude Opus 4.8', 1_000_000),
  entry('claude-opus-4.7', 'Claude Opus 4.7', 1_000_000),
  entry('claude-opus-4.6', 'Claude Opus 4.6', 1_000_000),
  entry('claude-sonnet-4.6', 'Claude Sonnet 4.6', 1_000_000),
  entry('claude-opus-4.5', 'Claude Opus 4.5', 200_000),
  entry('claude-sonnet-4.5', 'Claude Sonnet 4.5', 200_000),
  entry('claude-sonnet-4', 'Claude Sonnet 4', 200_000),
  entry('claude-haiku-4.5', 'Claude Haiku 4.5', 200_000),
];

function entry(id: string, name: string, maxInputTokens: number, isDefault = false): KnownModel {
  return { id, name, maxInputTokens, inputs: ['text', 'image'], efforts: [], thinks: false, isDefault };
}
