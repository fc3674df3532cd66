/** The schema of `additionalModelRequestFields` as the listing gives it. */
export type FieldsSchema = Readonly<Record<string, unknown>>;

/** What Claude models take since 4.6. */
export function writeClaudeFields(options: { readonly canDisable: boolean; readonly hasXhigh: boolean }): FieldsSchema {
  const efforts = ['low', 'medium', 'high', ...(options.hasXhigh ? ['xhigh'] : []), 'max'];
  return closed({
    thinking: closed({
      type: choice(options.canDisable ? ['adaptive', 'disabled'] : ['adaptive']),
      display: choice(['summarized', 'omitted']),
    }),
    output_config: closed({ effort: choice(efforts) }),
    max_tokens: { type: 'integer', minimum: 1024, maximum: 128_000 },
  });
}

/** What GPT models take. */
export function writeGptFields(): FieldsSchema {
  return closed({ reasoning: closed({ effort: choice(['none', 'low', 'medium', 'high', 'xhigh', 'max']) }) });
}

const choice = (values: readonly string[]): FieldsSchema => ({ type: 'string', enum: values });
const closed = (properties: FieldsSchema): FieldsSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
