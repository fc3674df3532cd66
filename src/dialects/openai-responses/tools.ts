// https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools
import type { JsonObject, SearchOptions, Tool } from '../../core/chat.ts';
import { invalid, isObject, optionalString, readList, readName, readObject } from '../body.ts';
import { customToolSchema } from '../openai.ts';
import { readSearchOptions, readTool } from '../tools.ts';
import { createToolCollector, type ToolCollector, type ToolTable } from './tool-table.ts';

/** One place of a request that declares tools. */
export interface ToolList {
  readonly tools: unknown;
  readonly path: string;
  /** A client's tool search brought them: none of them is held back any more. */
  readonly found?: boolean;
}

/** The tools of all places, in their order. */
export function readTools(lists: readonly ToolList[], maxSearches: number | undefined): ToolTable {
  const collector = createToolCollector();
  const dropped: Offer[] = [];
  let search: SearchOptions | undefined;
  for (const list of lists) {
    if (list.tools === undefined || list.tools === null) continue;
    for (const [index, value] of readList(list.tools, list.path).entries()) {
      const path = `${list.path}[${index}]`;
      const fields = readObject(value, path);
      const type = optionalString(fields['type']) ?? 'function';
      if (isSearchType(type)) search = { ...readSearchOptions(fields), ...limit(maxSearches) };
      else if (type === 'namespace') addNamespace(collector, fields, { path, list });
      else if (type === 'tool_search') addToolSearch(collector, fields);
      else if (isExtra(type)) dropped.push({ fields, type, path });
      else addTool(collector, fields, type, { path, list });
    }
  }
  const { tools, forms } = collector.finish();
  const [first] = dropped;
  if (first !== undefined && tools.length === 0 && search === undefined) {
    readTool(first.fields, first.type, first.path);
  }
  return {
    tools,
    forms,
    ...(search === undefined ? {} : { search }),
    dropped: [...new Set(dropped.map(offer => `tools.${offer.type}`))],
    nameOf: collector.nameOf,
    find: collector.find,
  };
}

/** Whether a type of tool is the web search that the gateway does. */
export function isSearchType(type: string): boolean {
  return type.startsWith('web_search');
}

interface Offer {
  readonly fields: JsonObject;
  readonly type: string;
  readonly path: string;
}

interface Place {
  readonly path: string;
  readonly list: ToolList;
  readonly namespace?: string;
  /** What is said of the whole namespace. */
  readonly about?: string;
}

// Programs offer it beside their own tools and do without it. Every other hosted tool is one that a request counts on,
// so leaving it out in silence would be wrong.
function isExtra(type: string): boolean {
  return type === 'image_generation';
}

function limit(maxUses: number | undefined): SearchOptions {
  return maxUses === undefined ? {} : { maxUses };
}

function addNamespace(collector: ToolCollector, space: JsonObject, place: Place): void {
  const namespace = readName(space['name'], `${place.path}.name`);
  const about = optionalString(space['description'])?.trim();
  for (const [index, value] of readList(space['tools'], `${place.path}.tools`).entries()) {
    const path = `${place.path}.tools[${index}]`;
    const fields = readObject(value, path);
    const type = optionalString(fields['type']) ?? 'function';
    if (type !== 'function' && type !== 'custom') throw invalid(`${path}.type`, `cannot be "${type}" in a namespace`);
    // Said once: on every tool it would cost more than it tells.
    const said = index === 0 && about !== undefined && about !== '' ? { about } : {};
    addTool(collector, fields, type, { path, list: place.list, namespace, ...said });
  }
}

function addTool(collector: ToolCollector, fields: JsonObject, type: string, place: Place): void {
  const { name, deferred, ...tool } = readTool(fields, type, place.path);
  const { namespace, about } = place;
  collector.add(
    { kind: isFreeText(type, tool) ? 'custom' : 'function', name, ...(namespace === undefined ? {} : { namespace }) },
    {
      ...tool,
      ...(about === undefined ? {} : { description: `${tool.description}\n\nAll ${namespace} tools: ${about}`.trim() }),
      ...(deferred === true && place.list.found !== true ? { deferred } : {}),
    },
  );
}

function isFreeText(type: string, tool: Omit<Tool, 'name'>): boolean {
  return type === 'custom' && tool.inputSchema === customToolSchema;
}

// A search that the server should run needs no tool: the model sees everything from the start.
function addToolSearch(collector: ToolCollector, fields: JsonObject): void {
  if (fields['execution'] !== 'client') return;
  collector.add(
    { kind: 'search', name: 'tool_search' },
    {
      description: optionalString(fields['description']) ?? 'Finds further tools that can then be called.',
      inputSchema: isObject(fields['parameters']) ? fields['parameters'] : searchSchema,
    },
  );
}

const searchSchema: JsonObject = {
  type: 'object',
  properties: { query: { type: 'string', description: 'What the wanted tool should do.' } },
  required: ['query'],
};
