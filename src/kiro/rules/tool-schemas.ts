import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject } from '../json.ts';
import type { Draft } from './draft.ts';
import { openSchema, type SchemaReferences } from './schema-references.ts';
import { settleRoot } from './schema-root.ts';
import { repairJson } from './unicode.ts';

/** Brings every tool's schema into the form that the service accepts. */
export function cleanSchemas(draft: Draft): Draft {
  return { ...draft, tools: draft.tools.map(tool => ({ ...tool, inputSchema: cleanSchema(tool.inputSchema) })) };
}

/** One schema: references inlined, keywords that the service refuses dropped at every depth, an object at the root. */
export function cleanSchema(schema: JsonObject): JsonObject {
  const key = keyOf(schema);
  const known = cleaned.get(key);
  if (known !== undefined) return known;
  const outcome = asObject(repairJson(settleRoot(asObject(clean(schema, openSchema(schema), 0)))));
  remember(key, outcome);
  return outcome;
}

function clean(schema: Json, references: SchemaReferences, depth: number): Json {
  if (schema === false) return { not: {} };
  if (!isObject(schema) || depth > maxDepth) return {};
  references.count();
  const reference = schema['$ref'];
  if (typeof reference === 'string') return follow(reference, schema, references, depth);
  const entries: [string, Json][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const kept = keep(keyword, value, references, depth + 1);
    if (kept !== undefined) entries.push([keyword, kept]);
  }
  return Object.fromEntries(entries);
}

/** What a reference stands for, with what stands beside it. */
function follow(reference: string, schema: JsonObject, references: SchemaReferences, depth: number): Json {
  const { $ref: _, ...beside } = schema;
  const own = asObject(clean(beside, references, depth));
  const target = references.enter(reference);
  if (!isObject(target)) return { ...references.stub(reference), ...own };
  const inlined = asObject(clean(target, references, depth + 1));
  references.leave(reference);
  return { ...inlined, ...own };
}

/** A keyword's value in the form that the service accepts; undefined to drop the keyword. */
function keep(keyword: string, value: Json, references: SchemaReferences, depth: number): Json | undefined {
  if (keyword.startsWith('$') || dropped.has(keyword)) return undefined;
  if (value === null) return keyword === 'const' ? value : undefined;
  const cleanOne = (schema: Json): Json => clean(schema, references, depth);
  if (keyword === 'required') {
    const names = Array.isArray(value) ? [...new Set(value.filter(name => typeof name === 'string'))] : [];
    return names.length === 0 ? undefined : names;
  }
  if (maps.has(keyword)) {
    if (!isObject(value)) return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, cleanOne(schema)]));
  }
  if (lists.has(keyword) || (keyword === 'items' && Array.isArray(value))) {
    return Array.isArray(value) && value.length > 0 ? value.map(cleanOne) : undefined;
  }
  if (single.has(keyword)) return cleanOne(value);
  return value;
}

function asObject(json: Json): JsonObject {
  return isObject(json) ? json : {};
}

function remember(key: string, schema: JsonObject): void {
  if (key === '' || key.length > maxRemembered / 10) return;
  remembered += key.length;
  if (remembered > maxRemembered) {
    cleaned.clear();
    remembered = key.length;
  }
  cleaned.set(key, schema);
}

function keyOf(schema: JsonObject): string {
  try {
    return JSON.stringify(schema);
  } catch {
    // Nested deeper than the stack: cleaning stops before that.
    return '';
  }
}

// Agents declare the same tools with every request, and cleaning sixty of them takes ten times as long as this.
const cleaned = new Map<string, JsonObject>();
let remembered = 0;
const maxRemembered = 4_000_000;

const maxDepth = 100;
const dropped = new Set(['definitions', 'additionalProperties', 'strict']);
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const lists = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const single = new Set([
  ...['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['additionalItems', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
]);
