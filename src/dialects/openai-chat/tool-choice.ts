import type { Tool, ToolChoice } from '../../core/chat.ts';
import { invalid, isList, isObject, optionalString } from '../body.ts';

/**
 * The tools that the model may call, and whether it must. `path` is the name of the choice's field. Whether the model
 * searches the web is its own decision: where `searches` is all that a choice can mean, it is free.
 */
export function chooseTools(
  value: unknown,
  tools: readonly Tool[],
  path: string,
  searches: boolean,
): { readonly tools: readonly Tool[]; readonly choice: ToolChoice; readonly ignored?: true } {
  if (value === undefined) return { tools, choice: { type: 'auto' } };
  if (searches && isSearch(value, tools)) return { tools, choice: { type: 'auto' }, ignored: true };
  if (typeof value === 'string') return { tools, choice: readMode(value, tools, path) };
  if (!isObject(value)) throw invalid(path, 'must be a string or an object');
  if (value['type'] === 'allowed_tools') return allowTools(value, tools, path);
  const name = readToolName(value);
  if (name === undefined && typeof value['type'] === 'string') {
    return { tools, choice: readMode(value['type'], tools, `${path}.type`) };
  }
  return { tools, choice: { type: 'tool', name: declared(name, tools, path) } };
}

function isSearch(value: unknown, tools: readonly Tool[]): boolean {
  if (value === 'required' || value === 'any') return tools.length === 0;
  return isObject(value) && optionalString(value['type'])?.startsWith('web_search') === true;
}

function readMode(mode: string, tools: readonly Tool[], path: string): ToolChoice {
  if (mode === 'auto' || mode === 'none') return { type: mode };
  if (mode !== 'required' && mode !== 'any') {
    throw invalid(path, 'must be "auto", "none", "required" or an object that names a tool');
  }
  if (tools.length === 0) throw invalid(path, 'cannot ask for a tool when the request declares none');
  return { type: 'required' };
}

function allowTools(
  value: Readonly<Record<string, unknown>>,
  tools: readonly Tool[],
  path: string,
): { tools: readonly Tool[]; choice: ToolChoice } {
  const body = isObject(value['allowed_tools']) ? value['allowed_tools'] : value;
  const names = new Set(
    (isList(body['tools']) ? body['tools'] : []).map(tool =>
      declared(isObject(tool) ? readToolName(tool) : undefined, tools, `${path}.allowed_tools.tools`),
    ),
  );
  const allowed = tools.filter(tool => names.has(tool.name));
  return { tools: allowed, choice: readMode(optionalString(body['mode']) ?? 'auto', allowed, `${path}.mode`) };
}

function readToolName(choice: Readonly<Record<string, unknown>>): string | undefined {
  const nested = choice['function'] ?? choice['custom'];
  return optionalString(isObject(nested) ? nested['name'] : choice['name']);
}

function declared(name: string | undefined, tools: readonly Tool[], path: string): string {
  if (name === undefined) throw invalid(path, 'must name a tool');
  if (!tools.some(tool => tool.name === name)) throw invalid(path, `the request declares no tool "${name}"`);
  return name;
}
