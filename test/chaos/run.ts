import type { Emulator, SeenRequest } from '../../src/emulator/emulator.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { type GoodAnswer, writeGoodAnswer } from './answer.ts';
import type { Api, Outcome } from './api.ts';
import type { Failure, Fault } from './faults.ts';

/** One question whose answer goes wrong. */
export interface Case {
  readonly api: Api;
  readonly stream: boolean;
  readonly fault: Fault;
  /** Before which frame. */
  readonly place: number;
  /** Only the first attempt goes wrong, or all of them. */
  readonly times: 'once' | 'always';
}

/** How many cases ran, and what was wrong with them; nothing when all ended as they must. */
export interface Report {
  readonly cases: number;
  readonly wrong: readonly string[];
  readonly slowest: number;
}

/** Every place for every fault, for one API and one way of answering. */
export function everyCase(api: Api, stream: boolean, faults: readonly Fault[], everywhere: boolean): Case[] {
  const places = everywhere ? writeGoodAnswer('', api.hasTools).frames.length + 1 : 1;
  return faults.flatMap(fault =>
    Array.from({ length: places }, (_, place) => place).flatMap(place =>
      (['once', 'always'] as const).map(times => ({ api, stream, fault, place, times })),
    ),
  );
}

/** Asks all of them, so many at a time, and checks every outcome. */
export async function runCases(
  cases: readonly Case[],
  { gateway, emulator, width, limit }: { gateway: RunningGateway; emulator: Emulator; width: number; limit: number },
): Promise<Report> {
  const attempts = new Map<number, number>();
  const goods = cases.map(({ api }, number) => writeGoodAnswer(`answer-${number}`, api.hasTools));
  emulator.otherwise(request => {
    const number = readNumber(request);
    const asked = cases[number];
    const good = goods[number];
    if (asked === undefined || good === undefined) return undefined;
    const attempt = (attempts.get(number) ?? 0) + 1;
    attempts.set(number, attempt);
    if (asked.times === 'once' && attempt > 1) return { steps: good.frames, ending: false, write: 'frame' };
    return asked.fault.answer(good.frames, asked.place);
  });

  const wrong: string[] = [];
  let slowest = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < cases.length; number = next++) {
      const asked = cases[number];
      const good = goods[number];
      if (asked === undefined || good === undefined) return;
      const begin = performance.now();
      const problems = await tryCase(asked, number, good, gateway, limit);
      slowest = Math.max(slowest, performance.now() - begin);
      wrong.push(...problems.map(problem => `${nameOf(asked)}: ${problem}`));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  emulator.otherwise(undefined);
  return { cases: cases.length, wrong, slowest: Math.round(slowest) };
}

async function tryCase(
  asked: Case,
  number: number,
  good: GoodAnswer,
  gateway: RunningGateway,
  limit: number,
): Promise<string[]> {
  const { api, stream } = asked;
  try {
    const response = await fetch(gateway.url + api.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, connection: 'close' },
      body: JSON.stringify(api.body(`question-${number}?`, stream)),
      signal: AbortSignal.timeout(limit),
    });
    const text = await response.text();
    try {
      return judge(api.read(response.status, text, stream), asked, good);
    } catch (thrown) {
      return [`unreadable (${thrown instanceof Error ? thrown.message : thrown}): ${text.slice(0, 300)}`];
    }
  } catch (thrown) {
    return [`no answer: ${thrown instanceof Error ? thrown.message : thrown}`];
  }
}

/** What is wrong with an outcome; nothing when it is what this case must lead to. */
export function judge(outcome: Outcome, asked: Case, good: GoodAnswer): string[] {
  const wrong = [...outcome.problems];
  const { text, calls, end, error, status } = outcome;
  if (!good.text.startsWith(text)) wrong.push(`text that nobody wrote: ${JSON.stringify(text)}`);
  if (calls.length > 0 && JSON.stringify(calls) !== JSON.stringify(good.calls)) {
    wrong.push(`calls that nobody made: ${JSON.stringify(calls)}`);
  }
  const isWhole = text === good.text && calls.length === good.calls.length;
  if (end === 'whole' && !isWhole) wrong.push(`called whole, but it is ${JSON.stringify({ text, calls })}`);
  const may = endingsOf(asked, good);
  if (!may.includes(end)) wrong.push(`ended as ${end}, not ${may.join(' or ')}: ${JSON.stringify(error ?? status)}`);
  if (error !== undefined && asked.fault.failure !== undefined) {
    const isAnthropic = asked.api.name === 'anthropic';
    const due = (isAnthropic ? anthropicErrors : openaiErrors)[asked.fault.failure];
    if (status !== 200 && status !== due[0]) wrong.push(`status ${status}, not ${due[0]}: ${error.message}`);
    const said = asked.api.name === 'responses' && status === 200 ? due[1] : error.type;
    if (said !== due[1]) wrong.push(`error ${error.type}, not ${due[1]}: ${error.message}`);
    if (leak.test(error.message)) wrong.push(`an error that says too much: ${error.message}`);
  }
  return wrong;
}

/** How the answer may end for the client. */
function endingsOf({ fault, place, times }: Case, good: GoodAnswer): readonly Outcome['end'][] {
  const { length } = good.frames;
  if (fault.failure === undefined || place >= length) return ['whole'];
  if (place < good.started) return times === 'once' && fault.passes ? ['whole'] : ['error'];
  // All of the content is in: what is missing is the bill.
  if (fault.isSilent && place >= good.content) return place === good.content ? ['cut', 'error'] : ['whole', 'error'];
  if (place > good.content) return ['whole', 'error'];
  return fault.isSilent ? ['cut', 'error'] : ['error'];
}

/** The number of the question that a request of the service carries; -1 for any other request. */
export function readNumber({ raw, operation }: SeenRequest): number {
  if (operation !== 'GenerateAssistantResponse') return -1;
  return Number(/question-(\d+)\?/.exec(Buffer.from(raw).toString('latin1'))?.[1] ?? -1);
}

/** What is asked, and what goes wrong, in words. */
export const nameOf = ({ api, stream, fault, place, times }: Case): string =>
  `${api.name}, ${stream ? 'stream' : 'whole'}, ${fault.name} before frame ${place}, ${times}`;

const leak = /\/(?:home|root|tmp|work|usr)\/|node_modules|\bat \w+ \(|Bearer|ksk_|\[object/;

const anthropicErrors: Readonly<Record<Failure, readonly [number, string]>> = {
  overflow: [400, 'invalid_request_error'],
  model: [404, 'not_found_error'],
  invalid: [400, 'invalid_request_error'],
  login: [401, 'authentication_error'],
  suspended: [403, 'permission_error'],
  forbidden: [403, 'permission_error'],
  quota: [402, 'billing_error'],
  rate: [429, 'rate_limit_error'],
  capacity: [529, 'overloaded_error'],
  failed: [502, 'api_error'],
  timeout: [504, 'api_error'],
};

const openaiErrors: Readonly<Record<Failure, readonly [number, string]>> = {
  overflow: [400, 'invalid_request_error'],
  model: [404, 'invalid_request_error'],
  invalid: [400, 'invalid_request_error'],
  login: [401, 'authentication_error'],
  suspended: [403, 'permission_error'],
  forbidden: [403, 'permission_error'],
  quota: [429, 'insufficient_quota'],
  rate: [429, 'rate_limit_error'],
  capacity: [503, 'server_error'],
  failed: [502, 'server_error'],
  timeout: [504, 'server_error'],
};
