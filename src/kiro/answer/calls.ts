import type { JsonObject } from '../../core/chat.ts';
import { isObject, parseJson } from '../json.ts';

/** A tool call as the service finished it, under the service's own name for the tool. */
export interface WholeCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly json: string;
}

/** Collects the frames of tool calls, which may interleave. */
export interface Calls {
  /** Takes one frame's payload; returns the call that it completes. */
  add(payload: Readonly<Record<string, unknown>>): WholeCall | undefined;
  /** The names of the calls that never came to a whole end. */
  cut(): readonly string[];
}

interface OpenCall {
  readonly id: string;
  name: string;
  parts: string[];
  object: JsonObject | undefined;
}

/** `newId` names calls that came without an id. */
export function createCalls(newId: () => string): Calls {
  const open = new Map<string, OpenCall>();
  const finished = new Map<string, readonly string[]>();
  const broken: string[] = [];
  let last: string | undefined;

  const finish = (call: OpenCall): WholeCall | undefined => {
    open.delete(call.id);
    const json = call.parts.join('').trim();
    const input = readInput(json, call.object);
    const before = finished.get(call.id);
    // A call of nothing is none that a client could make.
    if (input === undefined || call.name === '') {
      broken.push(call.name || 'unnamed');
      // What opens it again, empty, is not this call in full.
      finished.set(call.id, before ?? []);
      return undefined;
    }
    const whole = {
      name: call.name,
      input,
      json: call.object === undefined && json.startsWith('{') ? json : JSON.stringify(input),
    };
    const sign = `${whole.name} ${JSON.stringify(input)}`;
    // The service sometimes opens a finished call again, empty or repeated: no second call.
    if (before !== undefined && (Object.keys(input).length === 0 || before.includes(sign))) return undefined;
    const known = [...(before ?? []), sign];
    finished.set(call.id, known);
    return { id: known.length === 1 ? call.id : `${call.id.slice(0, 60)}_${known.length}`, ...whole };
  };

  return {
    add(payload) {
      const id = text(payload['toolUseId']) ?? last ?? newId();
      last = id;
      let call = open.get(id);
      if (call === undefined) {
        call = { id, name: '', parts: [], object: undefined };
        open.set(id, call);
      }
      call.name = text(payload['name']) ?? call.name;
      const { input } = payload;
      if (typeof input === 'string') call.parts.push(input);
      else if (isObject(input)) call.object = { ...call.object, ...input };
      return payload['stop'] === true ? finish(call) : undefined;
    },
    cut() {
      // A phantom that the end of the stream cut is still none.
      const unfinished = [...open.values()].filter(call => !finished.has(call.id) || call.parts.join('').length > 2);
      return [...broken, ...unfinished.map(call => call.name || 'unnamed')];
    },
  };
}

/** Undefined: the text is no whole object, so it was cut. */
function readInput(json: string, object: JsonObject | undefined): JsonObject | undefined {
  if (json === '') return object ?? {};
  const value = parseJson(json);
  // Written as a string that holds the object.
  const inner = typeof value === 'string' ? (value.trim() === '' ? {} : parseJson(value)) : value;
  if (inner === null) return object ?? {};
  return isObject(inner) ? { ...object, ...inner } : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
