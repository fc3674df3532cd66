import type { ListedModel } from '../models.ts';
import { type Question, readCurrent, readTurns } from '../question.ts';
import { readSignature } from '../signature.ts';
import type { Breach, Rules } from './rule.ts';
import { isObject } from './shape.ts';

/** A question and the listing of its model. */
export interface ModelQuestion {
  readonly question: Question;
  readonly model: ListedModel | undefined;
}

/** Rules about thinking: the fields that a model's schema allows, and reasoning that goes back. */
export const fieldRules: Rules<ModelQuestion> = { '2.3': checkFields, '2.3 replay': checkReasoning };

function* checkFields({ question, model }: ModelQuestion): Iterable<Breach> {
  const fields = question.additionalModelRequestFields;
  if (fields === undefined) return;
  const path = 'additionalModelRequestFields';
  const schema = model?.additionalModelRequestFieldsSchema;
  if (schema === undefined) {
    const message = `${path} is not supported for this model`;
    yield { path, message, says: message };
  } else {
    yield* compareSchema(fields, schema, path);
  }
}

/** Compares with the keywords that the listed schemas use. */
function* compareSchema(value: unknown, schema: Readonly<Record<string, unknown>>, path: string): Iterable<Breach> {
  const breach = (message: string): Breach => ({ path, message, says: `${path}: ${message}` });
  const { type, minimum, maximum } = schema;
  if (type === 'object') {
    if (!isObject(value)) yield breach('is not an object');
    else yield* compareObject(value, schema, path);
  } else if (type === 'integer') {
    if (typeof value !== 'number' || !Number.isInteger(value)) yield breach('is not an integer');
    else if (value < Number(minimum ?? value) || value > Number(maximum ?? value)) yield breach('is out of range');
  } else if (typeof value !== 'string') {
    yield breach('is not a string');
  } else if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) {
    yield breach(`${JSON.stringify(value)} is not one of ${schema['enum'].join(', ')}`);
  }
}

function* compareObject(
  value: Readonly<Record<string, unknown>>,
  schema: Readonly<Record<string, unknown>>,
  path: string,
): Iterable<Breach> {
  if (Object.keys(value).length === 0) yield { path, message: 'an empty object must be left out' };
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, member] of Object.entries(value)) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const place = `${path}.${name}`;
    const message = `${name} is not defined in the schema`;
    if (isObject(inner)) yield* compareSchema(member, inner, place);
    else yield { path: place, message, says: `${path}: ${message}` };
  }
}

function* checkReasoning({ question }: ModelQuestion): Iterable<Breach> {
  const { modelId } = readCurrent(question);
  for (const { path, assistant } of readTurns(question)) {
    const reasoning = assistant?.reasoningContent?.reasoningText;
    const signed = readSignature(reasoning?.signature ?? '');
    if (reasoning === undefined || signed === undefined) continue;
    const breach = (message: string): Breach => ({
      path: `${path}.reasoningContent.reasoningText`,
      message,
      reason: 'THINKING_SIGNATURE_INVALID',
      says: 'Invalid signature in thinking block',
    });
    if (signed.modelId !== modelId) yield breach(`was signed by ${signed.modelId} and goes to ${modelId}`);
    else if (!signed.isFor(reasoning.text)) yield breach('its text is not the one that was signed');
  }
}
