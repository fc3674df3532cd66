import { type FieldsSchema, writeClaudeFields, writeGptFields } from './model-fields.ts';

/** A model as `ListAvailableModels` gives it. */
export interface ListedModel {
  readonly modelId: string;
  readonly modelName?: string;
  readonly description?: string;
  readonly rateMultiplier?: number;
  readonly rateUnit?: string;
  readonly tokenLimits?: { readonly maxInputTokens?: number; readonly maxOutputTokens?: number };
  readonly supportedInputTypes?: readonly string[];
  readonly promptCaching?: Readonly<Record<string, unknown>>;
  readonly additionalModelRequestFieldsSchema?: FieldsSchema;
}

/** A listing as of the end of 2026. */
export const defaultModels: readonly ListedModel[] = [
  model('auto', 'Auto', 1, 200_000),
  ...[
    claude('claude-opus-5.5', 'Claude Opus 5.5', 2.4, { canDisable: false, hasXhigh: true }),
    claude('claude-opus-5', 'Claude Opus 5', 2.2, { canDisable: true, hasXhigh: true }),
    claude('claude-sonnet-5.5', 'Claude Sonnet 5.5', 1.4, { canDisable: false, hasXhigh: true }),
    claude('claude-sonnet-5', 'Claude Sonnet 5', 1.3, { canDisable: true, hasXhigh: true }),
    claude('claude-fable-5', 'Claude Fable 5', 4, { canDisable: true, hasXhigh: true }),
    claude('claude-opus-4.8', 'Claude Opus 4.8', 2.2, { canDisable: true, hasXhigh: true }),
    claude('claude-opus-4.7', 'Claude Opus 4.7', 2.2, { canDisable: true, hasXhigh: true }),
    claude('claude-opus-4.6', 'Claude Opus 4.6', 2.2, { canDisable: true, hasXhigh: false }),
    claude('claude-sonnet-4.6', 'Claude Sonnet 4.6', 1.3, { canDisable: true, hasXhigh: false }),
  ],
  model('claude-opus-4.5', 'Claude Opus 4.5', 2.2, 200_000),
  model('claude-sonnet-4.5', 'Claude Sonnet 4.5', 1.3, 200_000),
  model('claude-sonnet-4', 'Claude Sonnet 4', 1.3, 200_000),
  model('claude-haiku-4.5', 'Claude Haiku 4.5', 0.4, 200_000),
  gpt('gpt-5.6-sol', 'GPT 5.6 Sol', 1.2, 1_000_000),
  gpt('gpt-5.6-terra', 'GPT 5.6 Terra', 0.6, 400_000),
  gpt('gpt-5.6-luna', 'GPT 5.6 Luna', 0.3, 272_000),
  textModel('deepseek-3.2', 'DeepSeek 3.2', 0.25, 164_000),
  textModel('minimax-m2.5', 'MiniMax M2.5', 0.25, 196_000),
  textModel('glm-5', 'GLM 5', 0.5, 200_000),
  textModel('qwen3-coder-next', 'Qwen3 Coder Next', 0.05, 256_000),
];

/** Models that answer and are not listed. */
export const hiddenModels: readonly ListedModel[] = [
  model('CLAUDE_3_7_SONNET_20250219_V1_0', 'Claude 3.7 Sonnet', 1, 200_000),
];

function model(modelId: string, modelName: string, rateMultiplier: number, maxInputTokens: number): ListedModel {
  return {
    modelId,
    modelName,
    description: `${modelName}, as the emulator plays it`,
    rateMultiplier,
    rateUnit: 'Credit',
    tokenLimits: { maxInputTokens, maxOutputTokens: 64_000 },
    supportedInputTypes: ['TEXT', 'IMAGE'],
    promptCaching: { supportsPromptCaching: true, maximumCacheCheckpointsPerRequest: 4 },
  };
}

function textModel(...of: Parameters<typeof model>): ListedModel {
  return { ...model(...of), supportedInputTypes: ['TEXT'] };
}

function claude(
  modelId: string,
  name: string,
  rate: number,
  fields: Parameters<typeof writeClaudeFields>[0],
): ListedModel {
  return {
    ...model(modelId, name, rate, 1_000_000),
    tokenLimits: { maxInputTokens: 1_000_000, maxOutputTokens: 128_000 },
    additionalModelRequestFieldsSchema: writeClaudeFields(fields),
  };
}

function gpt(...of: Parameters<typeof model>): ListedModel {
  return { ...model(...of), additionalModelRequestFieldsSchema: writeGptFields() };
}
