import type { Json, JsonObject } from '../core/chat.ts';
import { isObject } from './json.ts';
import { resolveReference } from './rules/schema-pointer.ts';

/** What a model's schema says of one member of `additionalModelRequestFields`. */
export interface FieldRule {
  /** The values that it takes; undefined when they are not listed. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The rule of a member, by its path; undefined when the schema does not have it. */
export function findField(schema: JsonObject | undefined, ...path: readonly string[]): FieldRule | undefined {
  if (schema === undefined) return undefined;
  let forms = unfold(schema, schema, 0);
  for (const name of path) {
    forms = forms.flatMap(form => {
      const properties = form['properties'];
      const member = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
      return member === undefined ? [] : unfold(member, schema, 0);
    });
  }
  return forms.length === 0 ? undefined : ruleOf(forms);
}

function ruleOf(forms: readonly JsonObject[]): FieldRule {
  const values = forms.flatMap(form => {
    if (typeof form['const'] === 'string') return [form['const']];
    return Array.isArray(form['enum']) ? form['enum'].filter(value => typeof value === 'string') : [];
  });
  const minimum = limits(forms, 'minimum', 'exclusiveMinimum', 1);
  const maximum = limits(forms, 'maximum', 'exclusiveMaximum', -1);
  return {
    ...(values.length === 0 ? {} : { values: [...new Set(values)] }),
    ...(minimum.length === 0 ? {} : { minimum: Math.min(...minimum) }),
    ...(maximum.length === 0 ? {} : { maximum: Math.max(...maximum) }),
  };
}

function limits(forms: readonly JsonObject[], inclusive: string, exclusive: string, step: number): readonly number[] {
  return forms.flatMap(form => {
    const [edge, beyond] = [form[inclusive], form[exclusive]];
    if (typeof edge === 'number') return [Math.round(edge)];
    return typeof beyond === 'number' ? [Math.round(beyond) + step] : [];
  });
}

/** A schema with all its alternatives and what they refer to. */
function unfold(schema: Json, root: JsonObject, depth: number): readonly JsonObject[] {
  if (!isObject(schema) || depth > maxDepth) return [];
  const inner = combined.flatMap(keyword => {
    const list = schema[keyword];
    return Array.isArray(list) ? (list as readonly Json[]) : [];
  });
  const reference = schema['$ref'];
  const target = typeof reference === 'string' ? resolveReference(root, reference) : undefined;
  const others = target === undefined ? inner : [...inner, target];
  return [schema, ...others.flatMap(form => unfold(form, root, depth + 1))];
}

const combined = ['anyOf', 'oneOf', 'allOf'];
const maxDepth = 8;
