import type { Setting } from './setting.ts';
import { keyOf, names, table } from './settings.ts';
import { ValueError } from './values.ts';

/** The JSON Schema of the configuration file, for editors. */
export function configSchema(): object {
  const properties = names.map(name => [keyOf(name), describe(table[name])]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of kiro-gw',
    description: 'Also as TOML. A flag and the environment count before this file.',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
}

function describe(setting: Setting): object {
  const { help, env, fallback } = setting;
  const meaning = { description: `${help} (${env})` };
  const choices = choicesOf(setting);
  const form = choices === undefined ? formOf(setting) : { enum: choices };
  return { ...meaning, ...form, ...(fallback ? { default: plain(fallback) } : {}) };
}

// The readers know what they take; what they make of a text tells it.
function formOf({ read, fallback }: Setting): object {
  const value = attempt(read, fallback ?? '1');
  if (Array.isArray(value)) return { type: ['array', 'string'], items: { type: 'string' } };
  if (typeof value === 'object' && value !== null) {
    return { type: ['object', 'string'], additionalProperties: { type: 'string' } };
  }
  if (typeof value === 'number') return { type: ['number', 'string'] };
  return { type: typeof value === 'boolean' ? ['boolean', 'string'] : 'string' };
}

function choicesOf({ read }: Setting): readonly string[] | undefined {
  try {
    read('\u0001');
  } catch (error) {
    if (error instanceof ValueError) return /^one of (.+)$/.exec(error.message)?.[1]?.split(', ');
  }
  return undefined;
}

function attempt(read: Setting['read'], text: string): unknown {
  try {
    return read(text);
  } catch {
    return '';
  }
}

const plain = (text: string): unknown => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
};
