import type { Chance } from './chance.ts';

type Json = unknown;

/** A copy in which some parts are something else. */
export function mutate(value: Json, chance: Chance, times = 1 + chance.below(4)): Json {
  let current = value;
  for (let time = 0; time < times; time += 1) current = mutateOnce(current, chance, 0.25);
  return current;
}

function mutateOnce(value: Json, chance: Chance, here: number): Json {
  const isLeaf = typeof value !== 'object' || value === null;
  if (isLeaf || chance.of(here)) return replace(value, chance);
  if (Array.isArray(value)) {
    const copy = [...value];
    if (copy.length === 0 || chance.of(0.15)) copy.push(anything(chance, 0));
    const at = chance.below(copy.length);
    const way = chance.below(8);
    if (way === 0) copy.splice(at, 1);
    else if (way === 1) copy.splice(at, 0, copy[chance.below(copy.length)]);
    else copy[at] = mutateOnce(copy[at], chance, here);
    return copy;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || chance.of(0.15)) entries.push([chance.pick(names), anything(chance, 0)]);
  const at = chance.below(entries.length);
  const [name, inner] = entries[at] ?? ['', null];
  const way = chance.below(10);
  if (way === 0) entries.splice(at, 1);
  else if (way === 1) entries[at] = [chance.pick(names), inner];
  else entries[at] = [name, mutateOnce(inner, chance, here)];
  return Object.fromEntries(entries);
}

function replace(value: Json, chance: Chance): Json {
  if (typeof value === 'string' && value !== '' && chance.of(0.4)) {
    const at = chance.below(value.length);
    return value.slice(0, at) + chance.pick(texts) + value.slice(at + chance.below(3));
  }
  return anything(chance, 0);
}

/** Any JSON at all. */
export function anything(chance: Chance, depth: number): Json {
  const kind = chance.below(depth > 4 ? 7 : 10);
  if (kind < 3) return chance.pick(texts);
  if (kind < 5) return chance.pick(leaves);
  if (kind < 7) return chance.pick(names);
  const size = chance.below(4);
  if (kind < 8) return Array.from({ length: size }, () => anything(chance, depth + 1));
  return Object.fromEntries(Array.from({ length: size }, () => [chance.pick(names), anything(chance, depth + 1)]));
}

const leaves: readonly Json[] = [null, true, false, 0, -0, -1, 1.5, 1e21, 1e308, 2 ** 53, [], {}, [[]], [null]];
const texts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '\u2028',
  '\r\n\r\n',
  'data: [DONE]\n\n',
  '🌍'.repeat(20),
  'a'.repeat(300),
  '../../etc/passwd',
  '{"a":',
  '<thinking>',
  '</thinking>',
  '<function_calls><invoke name="look">',
  '[Called look with args: {}]',
  'data:image/png;base64,AAAA',
  'http://169.254.169.254/latest',
  'user',
  'assistant',
  'system',
  'tool',
  'developer',
  'claude-sonnet-4.5',
];
const names = [
  ...['type', 'role', 'content', 'text', 'id', 'name', 'input', 'tools', 'tool_choice', 'messages', 'model', 'stream'],
  ...['tool_use_id', 'is_error', 'tool_calls', 'function', 'arguments', 'parameters', 'input_schema', 'properties'],
  ...['$ref', '$defs', 'anyOf', 'items', 'required', 'enum', 'additionalProperties', 'cache_control', 'thinking'],
  ...['signature', 'data', 'source', 'media_type', 'url', 'image_url', 'detail', 'system', 'max_tokens', 'stop'],
  ...['response_format', 'json_schema', 'schema', 'strict', 'call_id', 'output', 'summary', 'encrypted_content'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', '0', 'über', 'metadata', 'prompt'],
  ...['tool_use', 'tool_result', 'image', 'document', 'thinking', 'redacted_thinking', 'input_text', 'output_text'],
];
