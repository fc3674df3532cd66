import { isDeepStrictEqual } from 'node:util';
import type { Tool } from '../../core/chat.ts';
import type { Draft, Turn } from './draft.ts';
import { firstFree, shortHash } from './hash.ts';

/** Gives every tool a name that the service accepts and that no other tool has; `clientNames` leads back. */
export function nameTools(draft: Draft): Draft {
  const names = new Map<string, string>();
  const clientNames = new Map(draft.clientNames);
  const taken = new Set(draft.tools.map(tool => tool.name));
  const tools: Tool[] = [];
  const first = new Map<string, Tool>();
  for (const tool of draft.tools) {
    const other = first.get(tool.name);
    if (other !== undefined && isSame(other, tool)) continue;
    if (other === undefined) first.set(tool.name, tool);
    const keeps = other === undefined && valid.test(tool.name);
    const name = keeps ? tool.name : alias(tool.name, taken);
    taken.add(name);
    if (other === undefined) names.set(tool.name, name);
    if (name === tool.name) tools.push(tool);
    else {
      clientNames.set(name, draft.clientNames.get(tool.name) ?? tool.name);
      tools.push({ ...tool, name });
    }
  }
  const isUnchanged = tools.length === draft.tools.length && tools.every((tool, index) => tool === draft.tools[index]);
  return isUnchanged ? draft : { ...draft, tools, clientNames, turns: draft.turns.map(turn => rename(turn, names)) };
}

function alias(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^a-zA-Z0-9_-]+/g, '_').replace(/^[^a-zA-Z]+/, '');
  const start = (plain === '' ? 'tool' : plain).slice(0, 55);
  return firstFree(taken, attempt => `${start}_${shortHash(`${attempt}:${name}`, 8)}`);
}

function isSame(one: Tool, other: Tool): boolean {
  return one.description === other.description && isDeepStrictEqual(one.inputSchema, other.inputSchema);
}

function rename(turn: Turn, names: ReadonlyMap<string, string>): Turn {
  if (turn.role === 'user' || turn.calls.every(call => (names.get(call.name) ?? call.name) === call.name)) return turn;
  return { ...turn, calls: turn.calls.map(call => ({ ...call, name: names.get(call.name) ?? call.name })) };
}

const valid = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
