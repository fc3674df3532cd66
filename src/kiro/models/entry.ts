import type { JsonObject } from '../../core/chat.ts';
import type { Model } from '../../core/model.ts';
import { levels } from '../effort.ts';
import { findField } from '../fields-schema.ts';
import { isObject } from '../json.ts';
import { optional } from '../optional.ts';

/** A listed model with what only the vendor's side needs. */
export interface KnownModel extends Model {
  /** What its `additionalModelRequestFields` must satisfy; without one it takes none. */
  readonly fieldsSchema?: JsonObject;
}

/** One entry of the service's list; undefined when it has no id. */
export function readModel(entry: unknown, defaultId: string | undefined): KnownModel | undefined {
  if (!isObject(entry)) return undefined;
  const id = text(entry['modelId']);
  if (id === undefined) return undefined;
  const limits = isObject(entry['tokenLimits']) ? entry['tokenLimits'] : {};
  const schema = isObject(entry['additionalModelRequestFieldsSchema'])
    ? entry['additionalModelRequestFieldsSchema']
    : undefined;
  return {
    id,
    name: text(entry['modelName']) ?? id,
    ...optional('description', text(entry['description'])),
    ...optional('maxInputTokens', count(limits['maxInputTokens'])),
    ...optional('maxOutputTokens', count(limits['maxOutputTokens'])),
    ...optional('rate', count(entry['rateMultiplier'])),
    ...optional('rateUnit', text(entry['rateUnit'])),
    inputs: readInputs(entry['supportedInputTypes']),
    efforts: readEfforts(schema),
    thinks: findField(schema, 'thinking') !== undefined || findField(schema, 'reasoning') !== undefined,
    isDefault: id === defaultId,
    ...optional('fieldsSchema', schema),
  };
}

// Without a list, images are tried: the service says so when it takes none.
function readInputs(types: unknown): readonly ('text' | 'image')[] {
  if (!Array.isArray(types) || types.length === 0) return ['text', 'image'];
  const said = types.map(type => String(type).toUpperCase());
  return said.includes('IMAGE') ? ['text', 'image'] : ['text'];
}

function readEfforts(schema: JsonObject | undefined): readonly string[] {
  const rule = findField(schema, 'output_config', 'effort') ?? findField(schema, 'reasoning', 'effort');
  return [...(rule?.values ?? [])].sort((one, other) => levels.indexOf(one) - levels.indexOf(other));
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
