import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject } from '../json.ts';
import { type Finding, objectAt, textAt, toolsOf, turnsOf, usesOf } from './finding.ts';

/** 2.1.4: what was called is declared. */
export function* checkDeclared(body: JsonObject): Generator<Finding> {
  const names = new Set(toolsOf(body).map(({ tool }) => textAt(tool, 'name')));
  for (const turn of turnsOf(body)) {
    for (const [index, use] of usesOf(turn).entries()) {
      const name = textAt(use, 'name');
      if (names.has(name)) continue;
      const path = `${turn.path}.toolUses[${index}].name`;
      yield { path, rule: '2.1.4', message: `the tool ${name} was called and is not declared`, turn: turn.index };
    }
  }
}

/** 2.1.5: names are of the service's form, and no two are alike. */
export function* checkNames(body: JsonObject): Generator<Finding> {
  const seen = new Set<string>();
  for (const { path, tool } of toolsOf(body)) {
    const name = textAt(tool, 'name');
    const at = { path: `${path}.name`, rule: '2.1.5' };
    if (!/^[a-z][\w-]{0,63}$/i.test(name)) yield { ...at, message: `${JSON.stringify(name)} is not a tool's name` };
    if (seen.has(name)) yield { ...at, message: `two tools are called ${name}` };
    seen.add(name);
  }
}

/** 2.1.7: descriptions are neither empty nor too long. */
export function* checkDescriptions(body: JsonObject): Generator<Finding> {
  for (const { path, tool } of toolsOf(body)) {
    const { length } = textAt(tool, 'description');
    if (length > 0 && length <= 10_240) continue;
    const message = `the description of the tool ${textAt(tool, 'name')} has ${length} characters, not 1 to 10240`;
    yield { path: `${path}.description`, rule: '2.1.7', message };
  }
}

/** 2.1.8: schemas have an object at the root and no keyword that the service refuses. */
export function* checkSchemas(body: JsonObject): Generator<Finding> {
  for (const { path, tool } of toolsOf(body)) {
    const schema = objectAt(objectAt(tool, 'inputSchema'), 'json');
    const place = `${path}.inputSchema.json`;
    const finding = (at: string, what: string): Finding => ({
      path: at,
      rule: '2.1.8',
      message: `the schema of the tool ${textAt(tool, 'name')} ${what}`,
    });
    if (schema['type'] !== 'object') yield finding(`${place}.type`, 'is not that of an object');
    for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
      if (keyword in schema) yield finding(`${place}.${keyword}`, `has ${keyword} at the top level`);
    }
    for (const { at, keyword } of refused(schema, place)) yield finding(`${at}.${keyword}`, `has ${keyword}`);
  }
}

function* refused(schema: Json, at: string): Generator<{ readonly at: string; readonly keyword: string }> {
  if (Array.isArray(schema)) {
    for (const [index, one] of (schema as readonly Json[]).entries()) yield* refused(one, `${at}[${index}]`);
  } else if (isObject(schema)) {
    for (const [keyword, value] of Object.entries(schema)) {
      const isEmpty = keyword === 'required' && !(Array.isArray(value) && value.length > 0);
      if (isEmpty || never.has(keyword)) yield { at, keyword };
      else if (named.has(keyword) && isObject(value)) {
        for (const [name, one] of Object.entries(value)) yield* refused(one, `${at}.${keyword}.${name}`);
      } else if (nested.has(keyword)) yield* refused(value, `${at}.${keyword}`);
    }
  }
}

const never = new Set(['$schema', '$defs', '$ref', 'additionalProperties', 'strict']);
const named = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const nested = new Set(['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else', 'contains']);
