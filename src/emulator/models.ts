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
  readonly additionalModelRequestFieldsSchema?: Readonly<Record<string, unknown>>;
}

export const defaultModels: readonly ListedModel[] = [
  {
    modelId: 'auto',
    modelName: 'Auto',
    tokenLimits: { maxInputTokens: 200_000 },
    supportedInputTypes: ['TEXT', 'IMAGE'],
  },
  {
    modelId: 'claude-sonnet-4.5',
    modelName: 'Claude Sonnet 4.5',
    tokenLimits: { maxInputTokens: 200_000 },
    supportedInputTypes: ['TEXT', 'IMAGE'],
  },
];
