import type { SearchOptions, Tool } from '../../core/chat.ts';

/** How a tool was declared, and so how its calls must come back. */
export interface ToolForm {
  readonly kind: 'function' | 'custom' | 'search';
  readonly name: string;
  readonly namespace?: string;
}

/** All tools of one request under unique flat names. */
export interface ToolTable {
  readonly tools: readonly Tool[];
  /** By flat name. */
  readonly forms: ReadonlyMap<string, ToolForm>;
  readonly search?: SearchOptions;
  /** Hosted tools that were offered among others and have no effect here. */
  readonly dropped: readonly string[];
  /** The flat name of a tool, declared or not. */
  nameOf(name: string, namespace?: string): string;
  /** The flat name of a declared tool; without a namespace the bare name will do where only one tool has it. */
  find(name: string, namespace?: string): string | undefined;
}

/** Collects tools; a later declaration of a tool replaces the earlier one and keeps its place. */
export interface ToolCollector {
  add(form: ToolForm, tool: Omit<Tool, 'name'>): void;
  nameOf(name: string, namespace?: string): string;
  find(name: string, namespace?: string): string | undefined;
  /** With a search tool of the client deferred tools wait for it; otherwise there is nothing to wait for. */
  finish(): { readonly tools: readonly Tool[]; readonly forms: ReadonlyMap<string, ToolForm> };
}

export function createToolCollector(): ToolCollector {
  const tools = new Map<string, Tool>();
  const forms = new Map<string, ToolForm>();
  const names = new Map<string, string>();

  const nameOf = (name: string, namespace?: string): string =>
    names.get(key(name, namespace)) ?? flatName(name, namespace);
  const find = (name: string, namespace?: string): string | undefined => {
    const exact = names.get(key(name, namespace));
    if (exact !== undefined || namespace !== undefined) return exact;
    const bare = [...forms].filter(([, form]) => form.name === name);
    return bare.length === 1 ? bare[0]?.[0] : undefined;
  };
  const add = (form: ToolForm, tool: Omit<Tool, 'name'>): void => {
    const name = names.get(key(form.name, form.namespace)) ?? freeName(flatName(form.name, form.namespace), forms);
    names.set(key(form.name, form.namespace), name);
    forms.set(name, form);
    tools.set(name, { name, ...tool });
  };
  const finish = (): ReturnType<ToolCollector['finish']> => {
    const waits = [...forms.values()].some(form => form.kind === 'search');
    const all = [...tools.values()];
    return { tools: waits ? all : all.map(({ deferred: _, ...tool }) => tool), forms };
  };
  return { add, nameOf, find, finish };
}

// The service knows no namespaces. The default one is what models leave out by themselves.
function flatName(name: string, namespace: string | undefined): string {
  if (namespace === undefined || namespace === 'functions') return name;
  return namespace.endsWith('_') ? `${namespace}${name}` : `${namespace}__${name}`;
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${count}`;
  return name;
}

function key(name: string, namespace: string | undefined): string {
  return namespace === undefined ? name : `${namespace}\n${name}`;
}
