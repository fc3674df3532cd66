import { assemble, collect } from '../../src/core/assemble.ts';
import type { ChatEvent, ChatEvents } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import type { Step } from '../../src/emulator/emulator.ts';
import { type AnswerContext, readAnswer } from '../../src/kiro/answer.ts';
import { encodeFrame } from '../../src/wire/eventstream.ts';
import { writeGoodAnswer } from '../chaos/answer.ts';
import { apis } from '../chaos/api.ts';
import { requests } from './bodies.ts';
import { type Chance, createChance } from './chance.ts';
import { mutate } from './json.ts';

/** The bytes of one answer of the service, damaged: read, and written for every API. What is wrong, or nothing. */
export async function fuzzUpstream(seed: number): Promise<string | undefined> {
  const chance = createChance(seed);
  const bytes = damage(writeBytes(chance), chance);
  const api = chance.pick(apis);
  const events = await readEvents(bytes, chance);
  const dialect = requests.find(({ path }) => path === api.path)?.dialect;
  if (dialect === undefined) throw new Error(`There is no ${api.path}.`);
  const call = dialect.parse(api.body('Hi', true), () => undefined);

  let text = '';
  for await (const piece of dialect.stream(play(events), call)) text += piece;
  const streamed = api.read(200, text, true);
  if (streamed.problems.length > 0) return `${api.name}: ${streamed.problems.join('; ')}`;
  try {
    const result = await collect(play(events));
    const whole = api.read(200, JSON.stringify(dialect.whole(result, call)), false);
    if (whole.text !== streamed.text || JSON.stringify(whole.calls) !== JSON.stringify(streamed.calls)) {
      return `${api.name}: streamed ${JSON.stringify(streamed)}, whole ${JSON.stringify(whole)}`;
    }
  } catch (thrown) {
    if (!(thrown instanceof ChatError)) throw thrown;
    if (streamed.end !== 'error') return `${api.name}: whole an error, streamed ${streamed.end}`;
  }
  return undefined;
}

/** The events of an answer, or those before what went wrong and that. */
async function readEvents(bytes: Uint8Array, chance: Chance): Promise<readonly (readonly ChatEvent[] | ChatError)[]> {
  const head = { id: 'abc', model: 'claude-sonnet-4.5', createdAt: 1_780_000_000 };
  const seen: (readonly ChatEvent[] | ChatError)[] = [];
  try {
    const deltas = readAnswer(cut(bytes, chance), context(chance));
    for await (const batch of assemble(deltas, head, 11)) seen.push(batch);
  } catch (thrown) {
    if (!(thrown instanceof ChatError)) throw thrown;
    if (thrown.kind === 'internal') throw thrown;
    seen.push(thrown);
  }
  return seen;
}

async function* play(seen: readonly (readonly ChatEvent[] | ChatError)[]): ChatEvents {
  for (const batch of seen) {
    if (batch instanceof ChatError) throw batch;
    yield batch;
  }
}

function writeBytes(chance: Chance): Buffer {
  const { frames } = writeGoodAnswer('mark', chance.of(0.7));
  const steps = [...frames];
  for (let times = chance.below(4); times > 0; times -= 1) {
    const at = chance.below(steps.length);
    const other = steps[chance.below(steps.length)];
    if (other !== undefined) steps.splice(at, chance.below(2), other);
  }
  return Buffer.concat(steps.map(step => writeFrame(step, chance)));
}

function writeFrame(step: Step, chance: Chance): Uint8Array {
  if (typeof step === 'string' || !('event' in step)) throw new Error('Only events are written here.');
  const payload = chance.of(0.2) ? mutate(step.payload, chance, 1) : step.payload;
  const kind = chance.of(0.03) ? chance.pick(['exception', 'error', 'strange', '']) : 'event';
  const name = chance.of(0.05) ? chance.pick(eventNames) : step.event;
  const headers: Record<string, string> = { ':message-type': kind, ':event-type': name };
  if (kind !== 'event') Object.assign(headers, { ':exception-type': name, ':error-code': name });
  const text = JSON.stringify(payload) ?? '';
  return encodeFrame(headers, chance.of(0.03) ? text.slice(chance.below(text.length + 1)) : text);
}

function damage(bytes: Buffer, chance: Chance): Buffer {
  const copy = Buffer.from(bytes);
  const at = chance.below(copy.length + 1);
  switch (chance.below(8)) {
    case 0:
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + chance.below(40))]);
    case 3: {
      const noise = Buffer.from(Array.from({ length: chance.below(60) }, () => chance.below(256)));
      return Buffer.concat([copy.subarray(0, at), noise, copy.subarray(at)]);
    }
    default:
      return copy;
  }
}

async function* cut(bytes: Uint8Array, chance: Chance): AsyncIterable<Uint8Array> {
  const size = chance.pick([1, 3, 7, 50, 1000, bytes.length + 1]);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function context(chance: Chance): AnswerContext {
  return {
    modelId: 'claude-sonnet-4.5',
    schemas: new Map(chance.of(0.7) ? [['look', { type: 'object' }]] : []),
    clientNames: new Map(),
    stop: chance.of(0.2) ? ['mark', 'e.'] : [],
    parallelTools: chance.of(0.8),
    ...(chance.of(0.3) ? { thinking: 'as_reasoning_content' as const } : {}),
    maxInputTokens: 200_000,
    countTokens: text => Math.ceil(text.length / 4),
    newId: () => 'tooluse_new',
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
}

const eventNames = [
  'assistantResponseEvent',
  'toolUseEvent',
  'reasoningContentEvent',
  'metadataEvent',
  'meteringEvent',
  'contextUsageEvent',
  'invalidStateEvent',
  'codeEvent',
  'ThrottlingException',
  '__proto__',
  '',
];
