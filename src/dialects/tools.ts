// Tools in every form in which clients declare them: OpenAI's nested and flat ones, Anthropic's, and hosted ones.
import type { JsonObject, SearchOptions, Tool } from '../core/chat.ts';
import { invalid, isList, isObject, optionalString, readList, readName, readObject, unsupported } from './body.ts';
import { knownTool } from './known-tools.ts';
import { customToolSchema } from './openai.ts';

export interface Tools {
  readonly tools: readonly Tool[];
  /** Tools that take free text: their calls go back in a form of their own. */
  readonly custom: ReadonlySet<string>;
  /** The web search that the gateway does; `name` is what a tool choice calls it. */
  readonly search?: { readonly name: string; readonly options: SearchOptions };
}

/** The `tools` of a request; throws for a hosted tool that nobody here can run, and names it. */
export function readTools(value: unknown, path: string): Tools {
  if (value === undefined || value === null) return { tools: [], custom: new Set() };
  const tools = new Map<string, Tool>();
  const custom = new Set<string>();
  let search: Tools['search'];
  let searchesTools = false;
  for (const [index, entry] of readList(value, path).entries()) {
    const at = `${path}[${index}]`;
    const fields = readObject(entry, at);
    const type = optionalString(fields['type']) ?? 'function';
    if (type.startsWith('web_search') && !hasSchema(fields)) {
      search = { name: optionalString(fields['name']) ?? 'web_search', options: readSearchOptions(fields) };
    } else if (type.startsWith('tool_search_tool')) {
      searchesTools = true;
    } else {
      const tool = readTool(fields, type, at);
      if (isFreeText(fields, type)) custom.add(tool.name);
      add(tools, tool, at);
    }
  }
  // The search that would find them runs on the API's own servers: here the model sees all of them at once.
  const all = [...tools.values()].map(tool => (searchesTools ? withoutDeferral(tool) : tool));
  return { tools: all, custom, ...(search === undefined ? {} : { search }) };
}

/** One tool in any form but the hosted ones. */
export function readTool(fields: JsonObject, type: string, path: string): Tool {
  const known = hasSchema(fields) ? undefined : knownTool(type, optionalString(fields['name']));
  if (known !== undefined) return known;
  if (type !== 'function' && type !== 'custom' && !hasSchema(fields)) throw hosted(fields, type, path);
  const nested = fields[type];
  const at = isObject(nested) ? `${path}.${type}` : path;
  const body = isObject(nested) ? nested : fields;
  const name = readName(body['name'], `${at}.name`);
  const deferred = fields['defer_loading'] === true || body['defer_loading'] === true;
  return {
    name,
    description: readDescription(body, isFreeText(fields, type)),
    inputSchema: isFreeText(fields, type) ? customToolSchema : readSchema(body, at),
    ...(deferred ? { deferred } : {}),
  };
}

function add(tools: Map<string, Tool>, tool: Tool, path: string): void {
  const other = tools.get(tool.name);
  if (other !== undefined && JSON.stringify(other) !== JSON.stringify(tool)) {
    throw invalid(`${path}.name`, `the tool "${tool.name}" is declared twice, in two ways`);
  }
  tools.set(tool.name, tool);
}

// OpenAI's custom tools take text; Anthropic writes the same word on its ordinary tools, which have a schema.
function isFreeText(fields: JsonObject, type: string): boolean {
  return type === 'custom' && (isObject(fields['custom']) || !hasSchema(fields));
}

function hasSchema(fields: JsonObject): boolean {
  return isObject(fields['input_schema']) || isObject(fields['parameters']);
}

// The grammar of a custom tool binds the real service's sampling; here the model can only be told.
function readDescription(body: JsonObject, freeText: boolean): string {
  const description = optionalString(body['description']) ?? '';
  const format = isObject(body['format']) ? body['format'] : undefined;
  const grammar = isObject(format?.['grammar']) ? format['grammar'] : format;
  const definition = optionalString(grammar?.['definition']);
  if (!freeText || definition === undefined) return description;
  const syntax = optionalString(grammar?.['syntax']) ?? 'formal';
  return `${description}\n\nThe input must follow this ${syntax} grammar:\n${definition}`.trim();
}

function readSchema(body: JsonObject, path: string): JsonObject {
  const name = body['input_schema'] === undefined ? 'parameters' : 'input_schema';
  const schema = body[name];
  return schema === undefined || schema === null ? {} : readObject(schema, `${path}.${name}`);
}

/** What a web search tool may look at, and how often. */
export function readSearchOptions(fields: JsonObject): SearchOptions {
  const filters = isObject(fields['filters']) ? fields['filters'] : fields;
  const maxUses = fields['max_uses'];
  return {
    ...(typeof maxUses === 'number' ? { maxUses } : {}),
    ...readDomains(filters['allowed_domains'], 'allowedDomains'),
    ...readDomains(filters['blocked_domains'], 'blockedDomains'),
  };
}

function readDomains(value: unknown, name: 'allowedDomains' | 'blockedDomains'): SearchOptions {
  const domains = isList(value) ? value.filter(domain => typeof domain === 'string') : [];
  return domains.length === 0 ? {} : { [name]: domains };
}

function withoutDeferral({ deferred: _, ...tool }: Tool): Tool {
  return tool;
}

function hosted(fields: JsonObject, type: string, path: string): Error {
  const name = optionalString(fields['name']) ?? optionalString(fields['server_label']) ?? type;
  const tool = name === type ? `the tool "${type}"` : `the tool "${name}" (${type})`;
  return unsupported(
    `${path}.type`,
    `${tool} runs on the API's own servers, and the gateway has nothing to run it with. Remove it from the request.`,
  );
}
