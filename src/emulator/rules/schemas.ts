import { type Question, readCurrent } from '../question.ts';
import type { Breach, Rules } from './rule.ts';

/** The rule about the schemas of tools. */
export const schemaRules: Rules<Question> = { '2.1.8': checkSchemas };

function* checkSchemas(question: Question): Iterable<Breach> {
  const tools = readCurrent(question).userInputMessageContext?.tools ?? [];
  for (const [at, { toolSpecification }] of tools.entries()) {
    const path = `conversationState.currentMessage.userInputMessage.userInputMessageContext.tools[${at}].toolSpecification.inputSchema.json`;
    const schema = toolSpecification.inputSchema.json;
    if (schema['type'] !== 'object') yield breach(`${path}.type`, 'the root must be of type object');
    for (const keyword of combinators) {
      if (keyword in schema) yield breach(`${path}.${keyword}`, `${keyword} is not allowed at the top level`);
    }
    yield* checkSchema(schema, path);
  }
}

/** One schema and those inside of it; the names of properties are no keywords. */
function* checkSchema(schema: unknown, path: string): Iterable<Breach> {
  if (Array.isArray(schema)) {
    for (const [at, one] of schema.entries()) yield* checkSchema(one, `${path}[${at}]`);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${path}.${keyword}`;
    if (forbidden.includes(keyword)) yield breach(place, `${keyword} is not allowed`);
    if (keyword === 'required' && !(Array.isArray(value) && value.length > 0)) {
      yield breach(place, 'an empty or null required must be left out');
    }
    if (mapsOfSchemas.includes(keyword) && typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) yield* checkSchema(one, `${place}.${name}`);
    } else if (schemas.includes(keyword)) {
      yield* checkSchema(value, place);
    }
  }
}

const breach = (path: string, message: string): Breach => ({
  path,
  message,
  reason: 'TOOL_SCHEMA_INVALID',
  says: 'A tool has an invalid input schema.',
});

const combinators = ['oneOf', 'anyOf', 'allOf'];
const forbidden = ['$ref', '$schema', '$defs', 'additionalProperties', 'strict'];
const mapsOfSchemas = ['properties', 'patternProperties', 'dependentSchemas'];
const schemas = ['items', 'prefixItems', 'contains', 'not', 'if', 'then', 'else', 'propertyNames', ...combinators];
