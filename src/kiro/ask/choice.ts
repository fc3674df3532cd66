import type { Delta } from '../../core/assemble.ts';
import type { Json } from '../../core/chat.ts';
import { isObject, parseJson } from '../json.ts';
import type { Question } from '../question.ts';
import { satisfies } from './schema-check.ts';

/** Whether an answer must be read to its end before any of it is passed on. */
export function needsWhole({ mustCall, format }: Question): boolean {
  return mustCall !== undefined || format !== undefined;
}

/** Whether the answer does what the choice of tools, or the format, demands. One that was cut is beyond reproach. */
export async function isChoiceKept(whole: readonly Delta[], question: Question): Promise<boolean> {
  const stop = whole.findLast(delta => delta.type === 'stop');
  if (stop !== undefined && stop.reason !== 'end' && stop.reason !== 'tool') return true;
  const calls = whole.filter(delta => delta.type === 'call');
  const { mustCall, format } = question;
  if (format !== undefined) {
    if (calls.some(call => call.name !== format.tool)) return true;
    const json = readFormat(whole, question);
    return json !== undefined && (format.schema === undefined || (await satisfies(json, format.schema)));
  }
  return mustCall === undefined || calls.some(call => mustCall.name === undefined || call.name === mustCall.name);
}

/** The answer as the client asked for it: where it wants a format, its text is what the format's tool was called with. */
export function shapeWhole(whole: readonly Delta[], question: Question): readonly Delta[] {
  const { format } = question;
  if (format === undefined) return whole;
  const json = readFormat(whole, question);
  const others = whole.filter(delta => delta.type !== 'call' || delta.name !== format.tool);
  // Calls of other tools come before the final answer.
  if (json === undefined || others.some(delta => delta.type === 'call')) return others.map(endInText(others));
  const kept = others.filter(delta => delta.type !== 'text');
  const at = kept.findIndex(delta => delta.type === 'usage' || delta.type === 'stop');
  const place = at < 0 ? kept.length : at;
  return [...kept.slice(0, place), { type: 'text', text: json } as const, ...kept.slice(place)].map(endInText(kept));
}

// Without a call for the client, the answer just ended.
function endInText(deltas: readonly Delta[]): (delta: Delta) => Delta {
  const called = deltas.some(delta => delta.type === 'call');
  return delta =>
    delta.type === 'stop' && delta.reason === 'tool' && !called ? { type: 'stop', reason: 'end' } : delta;
}

/** The answer in its format, as JSON text: from the tool's call, else from the text. */
function readFormat(whole: readonly Delta[], { format }: Question): string | undefined {
  if (format === undefined) return undefined;
  const call = whole.find(delta => delta.type === 'call' && delta.name === format.tool);
  if (call?.type === 'call') {
    const value = format.member === undefined ? call.input : call.input[format.member];
    return value === undefined ? undefined : write(value, call.json, format.member);
  }
  const text = whole.flatMap(delta => (delta.type === 'text' ? [delta.text] : [])).join('');
  const json = unfence(text);
  const value = parseJson(json);
  return isObject(value) ? json : undefined;
}

// The model's own text keeps numbers that a JavaScript number would change.
function write(value: Json, json: string, member: string | undefined): string {
  if (member === undefined) return json;
  const inner = typeof value === 'string' ? parseJson(value) : undefined;
  return isObject(inner) ? JSON.stringify(inner) : JSON.stringify(value);
}

function unfence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1]?.trim() ?? text.trim();
}
