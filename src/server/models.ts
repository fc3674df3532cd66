// The models in the forms of the APIs.
// https://docs.anthropic.com/en/api/models-list  https://platform.openai.com/docs/api-reference/models
import { ChatError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';

/** A page of models as Anthropic's API lists them. */
export function writeModelPage(models: readonly Model[], query: URLSearchParams): object {
  const { first, end } = readPage(models, query);
  const page = models.slice(first, end);
  return {
    data: page.map(writePagedModel),
    has_more: query.has('before_id') ? first > 0 : end < models.length,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** One model as Anthropic's API describes it. */
export function writePagedModel(model: Model): object {
  return {
    type: 'model',
    id: model.id,
    display_name: model.name,
    created_at: '1970-01-01T00:00:00Z',
    ...(model.maxInputTokens === undefined ? {} : { max_input_tokens: model.maxInputTokens }),
    ...(model.maxOutputTokens === undefined ? {} : { max_tokens: model.maxOutputTokens }),
  };
}

/** All models as OpenAI's API lists them. */
export function writeModelList(models: readonly Model[]): object {
  return { object: 'list', data: models.map(writeListedModel) };
}

/** One model as OpenAI's API describes it, with what programs that know several vendors read. */
export function writeListedModel(model: Model): object {
  return {
    id: model.id,
    object: 'model',
    created: 0,
    owned_by: 'kiro',
    name: model.name,
    ...(model.description === undefined ? {} : { description: model.description }),
    ...(model.maxInputTokens === undefined ? {} : { context_length: model.maxInputTokens }),
    ...(model.maxOutputTokens === undefined ? {} : { max_output_tokens: model.maxOutputTokens }),
    input_modalities: model.inputs,
  };
}

/** The error for a model that is not listed, with the names that come near. */
export function unknownModel(name: string, models: readonly Model[]): ChatError {
  const near = findNear(name, models);
  const hint = near.length === 0 ? 'The command "kiro-gw models" lists all.' : `There is ${near.join(', ')}.`;
  return new ChatError('unknown-model', `There is no model ${JSON.stringify(name)}. ${hint}`, { param: 'model' });
}

function readPage(models: readonly Model[], query: URLSearchParams): { first: number; end: number } {
  const limit = Math.min(readLimit(query.get('limit')), mostListed);
  const find = (param: string): number | undefined => {
    const id = query.get(param);
    if (id === null) return undefined;
    const at = models.findIndex(model => model.id === id);
    if (at === -1) throw new ChatError('invalid', `${param}: there is no model ${JSON.stringify(id)}.`, { param });
    return at;
  };
  const before = find('before_id');
  if (before !== undefined) return { first: Math.max(0, before - limit), end: before };
  const after = find('after_id');
  const first = after === undefined ? 0 : after + 1;
  return { first, end: Math.min(models.length, first + limit) };
}

function readLimit(text: string | null): number {
  if (text === null) return mostListed;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new ChatError('invalid', 'limit: must be a whole number from 1 to 1000.', { param: 'limit' });
}

function findNear(name: string, models: readonly Model[]): string[] {
  const words = new Set(name.toLowerCase().match(/[a-z]+|\d+/g) ?? []);
  return models
    .map(({ id }) => ({
      id,
      shared: (id.toLowerCase().match(/[a-z]+|\d+/g) ?? []).filter(word => words.has(word)).length,
    }))
    .filter(({ shared }) => shared > 1)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 3)
    .map(({ id }) => id);
}

const mostListed = 1000;
