import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Act, writeActs } from './frames.ts';
import type { HttpAnswer, ScriptedAnswer, StreamAnswer } from './script.ts';

/** Writes an answer; stops at once when the client leaves. */
export async function respond(response: ServerResponse, answer: ScriptedAnswer): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    if ('status' in answer) await sendPlain(response, answer, gone.signal);
    else await sendStream(response, isSteps(answer) ? { steps: answer } : answer, gone.signal);
  } catch (thrown) {
    if (!gone.signal.aborted) throw thrown;
  }
}

const isSteps = (answer: ScriptedAnswer): answer is Extract<ScriptedAnswer, readonly unknown[]> =>
  Array.isArray(answer);

async function sendPlain(response: ServerResponse, answer: HttpAnswer, signal: AbortSignal): Promise<void> {
  if (answer.delay !== undefined) await setTimeout(answer.delay, undefined, { signal });
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(text);
}

async function sendStream(response: ServerResponse, answer: StreamAnswer, signal: AbortSignal): Promise<void> {
  if (answer.delay !== undefined) await setTimeout(answer.delay, undefined, { signal });
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', ...answer.headers });
  response.flushHeaders();
  for (const act of cut(shape(join(writeActs(answer), answer.write !== 'frame'), answer), answer.write)) {
    signal.throwIfAborted();
    if (act === 'end') break;
    if (act === 'cut') {
      response.socket?.destroy();
      return;
    }
    if (act === 'hang') await forever(signal);
    else if ('pause' in act) await setTimeout(act.pause, undefined, { signal });
    else await write(response, act.bytes, signal);
  }
  if (answer.linger !== undefined) await setTimeout(answer.linger, undefined, { signal });
  response.end();
}

/** Neighbouring bytes as one. */
function join(acts: readonly Act[], whole: boolean): Act[] {
  const joined: Act[] = [];
  let run: Uint8Array[] = [];
  const flush = (): void => {
    if (run.length > 0) joined.push({ bytes: Buffer.concat(run) });
    run = [];
  };
  for (const act of acts) {
    if (typeof act === 'object' && 'bytes' in act) {
      run.push(act.bytes);
      if (!whole) flush();
    } else {
      flush();
      joined.push(act);
    }
  }
  flush();
  return joined;
}

/** Corrupts and truncates by position in the whole stream. */
function shape(acts: readonly Act[], { corrupt, truncate }: StreamAnswer): Act[] {
  if (corrupt === undefined && truncate === undefined) return [...acts];
  const total = acts.reduce((sum, act) => sum + (typeof act === 'object' && 'bytes' in act ? act.bytes.length : 0), 0);
  const place = (position: number): number => (position < 0 ? total + position : position);
  const shaped: Act[] = [];
  let at = 0;
  for (const act of acts) {
    if (typeof act !== 'object' || 'pause' in act) {
      shaped.push(act);
      continue;
    }
    const bytes = Uint8Array.from(act.bytes);
    if (corrupt !== undefined) {
      const index = place(corrupt) - at;
      bytes.set(
        [(bytes[index] ?? 0) ^ 1].slice(0, index >= 0 && index < bytes.length ? 1 : 0),
        Math.max(0, index) % Math.max(1, bytes.length),
      );
    }
    const left = truncate === undefined ? bytes.length : place(truncate) - at;
    if (left < bytes.length) return [...shaped, { bytes: bytes.subarray(0, Math.max(0, left)) }, 'end'];
    shaped.push({ bytes });
    at += bytes.length;
  }
  return shaped;
}

function* cut(acts: readonly Act[], size: StreamAnswer['write']): Generator<Act> {
  const step = size === 'byte' ? 1 : typeof size === 'number' ? size : Number.POSITIVE_INFINITY;
  for (const act of acts) {
    if (typeof act !== 'object' || 'pause' in act || act.bytes.length <= step) yield act;
    else for (let at = 0; at < act.bytes.length; at += step) yield { bytes: act.bytes.subarray(at, at + step) };
  }
}

async function write(response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if (response.write(bytes)) return setImmediate(undefined, { signal });
  await new Promise<void>((resolve, reject) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
