import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Act, isBytes } from './frames.ts';
import { playStream } from './play.ts';
import type { HttpAnswer, ScriptedAnswer, StreamAnswer } from './script.ts';
import type { OpenRequest } from './seen.ts';

/** Writes an answer; stops at once when the client leaves. */
export async function respond(response: ServerResponse, request: OpenRequest, answer: ScriptedAnswer): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (request.finishedAt === undefined) {
      request[response.writableFinished ? 'finishedAt' : 'closedAt'] = performance.now();
    }
    gone.abort();
  });
  response.setHeader('x-amzn-requestid', request.id);
  try {
    if ('status' in answer) await sendPlain(response, answer, gone.signal);
    else await sendStream(response, request, 'steps' in answer ? answer : { steps: answer }, gone.signal);
  } catch (thrown) {
    if (!gone.signal.aborted) throw thrown;
  }
}

async function sendPlain(response: ServerResponse, answer: HttpAnswer, signal: AbortSignal): Promise<void> {
  if (answer.delay !== undefined) await setTimeout(answer.delay, undefined, { signal });
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(text);
}

async function sendStream(
  response: ServerResponse,
  request: OpenRequest,
  answer: StreamAnswer,
  signal: AbortSignal,
): Promise<void> {
  if (answer.delay !== undefined) await setTimeout(answer.delay, undefined, { signal });
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', ...answer.headers });
  const acts = playStream(answer);
  const [first] = acts;
  if (acts.length === 1 && first !== undefined && isBytes(first) && answer.linger === undefined) {
    response.end(first.bytes);
    return;
  }
  response.flushHeaders();
  for (const act of acts) {
    if (act === 'end') break;
    if (act === 'cut') {
      request.finishedAt = performance.now();
      response.socket?.destroy();
      return;
    }
    if (act === 'hang') await once(signal, 'abort');
    else await doAct(response, act, signal);
    signal.throwIfAborted();
  }
  if (answer.linger !== undefined) await setTimeout(answer.linger, undefined, { signal });
  response.end();
}

async function doAct(response: ServerResponse, act: Exclude<Act, string>, signal: AbortSignal): Promise<void> {
  if ('pause' in act) await setTimeout(act.pause, undefined, { signal });
  else if (response.write(act.bytes)) await setImmediate();
  else await once(response, 'drain', { signal });
}
