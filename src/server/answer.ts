// From a client's call to its answer: asked once, written whole or as a stream.
import { collect } from '../core/assemble.ts';
import type { Answer, ChatEvent, ChatEvents } from '../core/chat.ts';
import { through } from '../core/through.ts';
import type { Call } from '../dialects/dialect.ts';
import type { Context } from './context.ts';
import type { Exchange } from './exchange.ts';
import { noteFailure } from './failure.ts';
import { readClient } from './record.ts';
import { sendJson, writeHeader } from './send.ts';
import { beginStream, sendStream } from './stream.ts';

/** Asks for the answer to a call and sends it in the form that the call wants. */
export function answerCall(exchange: Exchange, call: Call, context: Context): Promise<void> {
  const { notes, signal } = exchange;
  notes.dialect = exchange.dialect.name;
  notes.model = call.chat.model;
  notes.stream = call.stream;
  const asking = context.backend.ask({ ...call.chat, client: clientOf(exchange, context) }, signal);
  const send = call.stream ? sendStreamed : sendWhole;
  // A request can be large, and its answer takes long: it is not held meanwhile.
  return send(asking, { ...call, chat: { ...call.chat, messages: [], paths: [], tools: [] } }, exchange, context);
}

async function sendWhole(asking: Promise<Answer>, call: Call, exchange: Exchange, context: Context): Promise<void> {
  const answer = await asking;
  const result = await collect(watch(answer, exchange, context));
  sendJson(exchange, 200, exchange.dialect.whole(result, call), describe(call, answer));
}

async function sendStreamed(asking: Promise<Answer>, call: Call, exchange: Exchange, context: Context): Promise<void> {
  const { notes, dialect } = exchange;
  const answer = await inTime(asking, context.limits.firstByteWait);
  beginStream(exchange, describe(call, answer));
  if (answer === undefined) {
    notes.firstByteMs = exchange.elapsed();
    const heartbeat = dialect.heartbeat(false);
    exchange.response.write(heartbeat);
    exchange.witness?.response(heartbeat);
  }
  await sendStream(exchange, dialect.stream(watch(answer ?? asking, exchange, context), call), context.limits);
}

/** Whose turn an answer counts as. */
function clientOf({ header, notes, request }: Exchange, { hasOneKey }: Context): string {
  if (!hasOneKey && notes.keyName !== undefined) return notes.keyName;
  const program = readClient(header('user-agent'))?.split('/')[0] ?? '';
  return `${request.socket.remoteAddress ?? ''} ${program}`;
}

/** The answer if it settles within the wait; its failure is thrown. */
function inTime(asking: Promise<Answer>, wait: number): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), wait);
    asking.then(
      answer => {
        clearTimeout(timer);
        resolve(answer);
      },
      (thrown: unknown) => {
        clearTimeout(timer);
        reject(thrown);
      },
    );
  });
}

/** The events of an answer as they pass, with a look at how it ends. */
function watch(asked: Answer | Promise<Answer>, exchange: Exchange, { log }: Context): ChatEvents {
  const { notes } = exchange;
  return through(asked instanceof Promise ? eventsOf(asked, exchange) : noted(asked, exchange).events, next => ({
    push(batch) {
      if (notes.firstTokenMs === undefined && batch.some(isContent)) notes.firstTokenMs = exchange.elapsed();
      const last = batch.at(-1);
      if (last?.type === 'finish') {
        notes.usage = last.result.usage;
        exchange.complete();
      }
      next.push(batch);
    },
    end: next.end,
    fail: thrown => next.fail(noteFailure(exchange, thrown, log)),
  }));
}

async function* eventsOf(asked: Promise<Answer>, exchange: Exchange): ChatEvents {
  yield* noted(await asked, exchange).events;
}

function noted(answer: Answer, { notes }: Exchange): Answer {
  if (answer.upstreamId !== undefined) notes.upstreamId = answer.upstreamId;
  return answer;
}

const isContent = ({ type }: ChatEvent): boolean => type === 'open' || type === 'delta';

/** A core name as the APIs would write it. */
function writeName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

/** What a client may want to know about its answer besides the answer. */
function describe(call: Call, answer: Answer | undefined): Record<string, string> {
  const later = (answer?.ignored ?? []).map(name => call.names?.[name] ?? writeName(name));
  const ignored = [...new Set([...call.ignored, ...later])];
  return {
    ...(ignored.length === 0 ? {} : { 'x-kiro-gw-ignored': writeHeader(ignored.join(', ')) }),
    ...(answer?.upstreamId === undefined ? {} : { 'x-kiro-request-id': writeHeader(answer.upstreamId) }),
  };
}
