import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject } from '../json.ts';

/** Makes an object of a schema's root: what it combines becomes properties, and its description says the rest. */
export function settleRoot(schema: JsonObject): JsonObject {
  const { type: _, properties, required, allOf, anyOf, oneOf, ...rest } = schema;
  let root: ObjectForm = { properties: entriesOf(properties), required: namesOf(required) };
  for (const part of branchesOf(allOf)) root = both(root, part);
  const notes: string[] = [];
  for (const alternatives of [branchesOf(anyOf), branchesOf(oneOf)]) {
    if (alternatives.length === 0) continue;
    root = both(root, either(alternatives, root));
    if (alternatives.length > 1) notes.push(sayAlternatives(alternatives));
  }
  const description = [rest['description'], ...notes].filter(text => typeof text === 'string' && text !== '');
  return {
    type: 'object',
    ...rest,
    ...(description.length === 0 ? {} : { description: description.join('\n') }),
    properties: Object.fromEntries(root.properties),
    ...(root.required.length === 0 ? {} : { required: root.required }),
  };
}

interface ObjectForm {
  readonly properties: ReadonlyMap<string, Json>;
  readonly required: readonly string[];
}

/** The objects among the branches, themselves without combinations. */
function branchesOf(combined: Json | undefined): readonly ObjectForm[] {
  if (!Array.isArray(combined)) return [];
  return (combined as readonly Json[]).filter(isObjectLike).map(branch => {
    const settled = settleRoot(branch);
    return { properties: entriesOf(settled['properties']), required: namesOf(settled['required']) };
  });
}

function both(one: ObjectForm, other: ObjectForm): ObjectForm {
  const properties = new Map(one.properties);
  for (const [name, schema] of other.properties) {
    const mine = properties.get(name);
    const isNew = mine === undefined || JSON.stringify(mine) === JSON.stringify(schema);
    properties.set(name, isNew ? schema : { allOf: [mine, schema] });
  }
  return { properties, required: [...new Set([...one.required, ...other.required])] };
}

/** What holds whichever of the alternatives is taken. */
function either(alternatives: readonly ObjectForm[], root: ObjectForm): ObjectForm {
  const properties = new Map<string, Json>();
  for (const name of new Set(alternatives.flatMap(form => [...form.properties.keys()]))) {
    const forms = new Map<string, Json>();
    let found = 0;
    for (const form of alternatives) {
      const schema = form.properties.get(name);
      if (schema === undefined) continue;
      found += 1;
      forms.set(JSON.stringify(schema), schema);
    }
    // Where an alternative does not have it, what the root says of it holds.
    if (found < alternatives.length && root.properties.has(name)) continue;
    const [only, ...more] = forms.values();
    if (only !== undefined) properties.set(name, more.length === 0 ? only : { anyOf: [only, ...more] });
  }
  const [first, ...others] = alternatives;
  const required = (first?.required ?? []).filter(name => others.every(form => form.required.includes(name)));
  return { properties, required };
}

function sayAlternatives(alternatives: readonly ObjectForm[]): string {
  const sets = alternatives.map(({ properties, required }) => {
    const names = required.length > 0 ? required : [...properties.keys()];
    return names.length === 0 ? '(nothing)' : names.join(', ');
  });
  return `Give the members of one of these sets: ${[...new Set(sets)].join(' | ')}.`;
}

function isObjectLike(branch: Json): branch is JsonObject {
  if (!isObject(branch)) return false;
  const type = branch['type'];
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}

function entriesOf(properties: Json | undefined): ReadonlyMap<string, Json> {
  return new Map(isObject(properties) ? Object.entries(properties) : []);
}

function namesOf(required: Json | undefined): readonly string[] {
  return Array.isArray(required) ? required.filter(name => typeof name === 'string') : [];
}
