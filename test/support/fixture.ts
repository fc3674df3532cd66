import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame } from '../../src/wire/eventstream.ts';

const folder = join(import.meta.dirname, '../fixtures');

type Line =
  | { readonly event: string; readonly payload: unknown }
  | { readonly exception: string; readonly payload: unknown }
  | { readonly error: string; readonly message: string };

/** The names of all recorded-form answers. */
export const fixtureNames: readonly string[] = readdirSync(folder)
  .filter(name => name.endsWith('.jsonl'))
  .map(name => name.slice(0, -'.jsonl'.length))
  .sort();

/** The frames of an answer, each as its bytes. */
function fixtureFrames(name: string): readonly Uint8Array[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map(line => writeLine(JSON.parse(line) as Line));
}

/** The bytes of an answer. */
export function fixtureBytes(name: string): Uint8Array {
  return Buffer.concat(fixtureFrames(name));
}

/** Bytes as a network would bring them: cut at the given places. */
export async function* cutAt(bytes: Uint8Array, places: readonly number[] = []): AsyncIterable<Uint8Array> {
  const cuts = [...new Set(places.map(place => place % bytes.length))].sort((one, other) => one - other);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    if (to > from) yield Buffer.from(bytes.subarray(from, to));
    from = to;
  }
}

function writeLine(line: Line): Uint8Array {
  if ('error' in line) {
    return encodeFrame({ ':message-type': 'error', ':error-code': line.error, ':error-message': line.message }, '');
  }
  const head: Record<string, string> =
    'event' in line
      ? { ':message-type': 'event', ':event-type': line.event }
      : { ':message-type': 'exception', ':exception-type': line.exception };
  return encodeFrame({ ...head, ':content-type': 'application/json' }, JSON.stringify(line.payload));
}
