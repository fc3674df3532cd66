import type { Delta, Deltas } from '../../core/assemble.ts';
import type { JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { type Step, through } from '../../core/through.ts';
import { type AnswerContext, readAnswer } from '../answer.ts';
import type { Login } from '../auth/auth.ts';
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import type { Question } from '../question.ts';
import { upstreamIdOf } from '../reply.ts';
import { createWatch, type Patience, type Watch } from '../watch.ts';
import { isChoiceKept, needsWhole, shapeWhole } from './choice.ts';

/** What one attempt works with. */
export interface AttemptTools {
  readonly call: Caller;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

/** One attempt to have a question answered. */
export interface Attempt {
  readonly question: Question;
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly number: number;
  readonly most: number;
  readonly invocationId: string;
  /** To be told when the service has answered at all. */
  readonly answered: () => void;
  /** What the answer is read with, besides what the question says. */
  readonly context: Omit<
    AnswerContext,
    'schemas' | 'clientNames' | 'stop' | 'parallelTools' | 'upstreamId' | 'onBytes' | 'log'
  >;
  /** False: an empty answer, or one that ignores the choice of tools, is good enough by now. */
  readonly insistOnContent: boolean;
  readonly insistOnChoice: boolean;
}

/** An answer whose first meaningful part is in. */
export interface Opened {
  readonly deltas: Deltas;
  readonly upstreamId: string | undefined;
}

/** Asks once. Settles with the first meaningful part of the answer, or with all of it where that must be checked. */
export async function attempt(tools: AttemptTools, asked: Attempt): Promise<Opened> {
  const { question, signal } = asked;
  const watch = createWatch(tools.patience, tools.clock, signal, tools.log);
  try {
    const response = await tools.call({
      operation: 'GenerateAssistantResponse',
      login: asked.login,
      members: question.payload,
      headers: { accept: 'application/vnd.amazon.eventstream' },
      signal: watch.signal,
      invocationId: asked.invocationId,
      attempt: asked.number,
      attempts: asked.most,
    });
    asked.answered();
    const upstreamId = upstreamIdOf(response);
    const deltas = readAnswer(response.body, {
      ...asked.context,
      ...readOf(question),
      upstreamId,
      onBytes: watch.touch,
      log: tools.log,
    })[Symbol.asyncIterator]();
    const first = needsWhole(question) ? await readWhole(deltas, asked, watch) : await readFirst(deltas, asked);
    watch.started();
    return { deltas: follow(first, deltas, watch), upstreamId };
  } catch (thrown) {
    watch.stop();
    throw watch.explain(thrown);
  }
}

type Batches = readonly (readonly Delta[])[];

async function readFirst(deltas: AsyncIterator<readonly Delta[]>, { insistOnContent }: Attempt): Promise<Batches> {
  const batches: (readonly Delta[])[] = [];
  for (let next = await deltas.next(); next.done !== true; next = await deltas.next()) {
    batches.push(next.value);
    if (next.value.some(isContent)) return batches;
  }
  if (insistOnContent && isEmptyByAccident(batches)) throw empty();
  return batches;
}

async function readWhole(deltas: AsyncIterator<readonly Delta[]>, asked: Attempt, watch: Watch): Promise<Batches> {
  const whole: Delta[] = [];
  for (let next = await deltas.next(); next.done !== true; next = await deltas.next()) {
    whole.push(...next.value);
    if (next.value.some(isContent)) watch.started();
  }
  if (asked.insistOnContent && isEmptyByAccident([whole])) throw empty();
  if (asked.insistOnChoice && !(await isChoiceKept(whole, asked.question))) {
    throw new ChatError('upstream', 'The model ignored the choice of tools.', { code: 'CHOICE_IGNORED' });
  }
  return [shapeWhole(whole, asked.question)];
}

/** The batches read already and all that follow. Ends the watch, and the connection when nobody reads to the end. */
function follow(first: Batches, rest: AsyncIterator<readonly Delta[]>, watch: Watch): Deltas {
  let read = 0;
  const all: AsyncIterator<readonly Delta[]> = {
    next() {
      const value = first[read++];
      return value === undefined ? rest.next() : Promise.resolve({ done: false, value });
    },
    return: async value => (await rest.return?.()) ?? { done: true, value },
  };
  return through({ [Symbol.asyncIterator]: () => all }, explaining(watch), watch.stop);
}

const explaining =
  (watch: Watch): Step<readonly Delta[], readonly Delta[]> =>
  next => ({ push: next.push, end: next.end, fail: thrown => next.fail(watch.explain(thrown)) });

/** Nothing came, and nothing in the request was the reason. */
function isEmptyByAccident(batches: Batches): boolean {
  const all = batches.flat();
  const stop = all.findLast(delta => delta.type === 'stop');
  return !all.some(isContent) && (stop === undefined || stop.reason === 'end');
}

function isContent(delta: Delta): boolean {
  return delta.type !== 'usage' && delta.type !== 'stop';
}

const empty = (): ChatError => new ChatError('upstream', 'Kiro answered nothing. Try again.', { code: 'EMPTY_ANSWER' });

function readOf(question: Question): Pick<AnswerContext, 'schemas' | 'clientNames' | 'stop' | 'parallelTools'> {
  return {
    schemas: schemasOf(question),
    clientNames: question.tools.clientNames,
    // A stop sequence inside the answer's JSON is part of it.
    stop: question.format === undefined ? question.stop : [],
    parallelTools: !question.oneCall,
  };
}

interface WrittenTools {
  readonly currentMessage: {
    readonly userInputMessage?: {
      readonly userInputMessageContext?: {
        readonly tools?: readonly {
          readonly toolSpecification: { readonly name: string; readonly inputSchema: { readonly json: JsonObject } };
        }[];
      };
    };
  };
}

function schemasOf({ body }: Question): ReadonlyMap<string, JsonObject> {
  const state = body['conversationState'] as unknown as WrittenTools;
  const tools = state.currentMessage.userInputMessage?.userInputMessageContext?.tools ?? [];
  return new Map(tools.map(({ toolSpecification: { name, inputSchema } }) => [name, inputSchema.json]));
}
