import type { Emulator } from '../../src/emulator/emulator.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { writeGoodAnswer } from './answer.ts';
import { apis } from './api.ts';
import { type Fault, faults } from './faults.ts';
import { readHoldings } from './process.ts';
import { type Case, judge, nameOf, readNumber } from './run.ts';

export interface SoakOptions {
  readonly gateway: RunningGateway;
  readonly emulator: Emulator;
  readonly seconds: number;
  /** Streams at once. */
  readonly width: number;
  /** Shares of the requests: those that go wrong, and those whose client leaves. */
  readonly faulty: number;
  readonly leaving: number;
  /** Milliseconds between the frames of an answer. */
  readonly pace: number;
  readonly say?: (line: string) => void;
}

export interface SoakReport {
  readonly requests: number;
  readonly faulty: number;
  readonly left: number;
  /** The first of the answers that were not what they had to be. */
  readonly wrong: readonly string[];
  readonly wrongCount: number;
  /** Megabytes, once a second. */
  readonly memory: readonly number[];
  readonly slowest: number;
}

/** Mixed load, for some time: every answer is checked for what it has to say itself. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { gateway, emulator, seconds, width, say = () => {} } = options;
  const running = new Map<number, Case>();
  const attempts = new Map<number, number>();
  const wrong: string[] = [];
  const memory: number[] = [];
  const counts = { requests: 0, faulty: 0, left: 0, wrong: 0, slowest: 0 };
  const until = performance.now() + seconds * 1000;

  emulator.otherwise(request => {
    const number = readNumber(request);
    const asked = running.get(number);
    if (asked === undefined) return undefined;
    const good = writeGoodAnswer(`answer-${number}`, asked.api.hasTools);
    const attempt = (attempts.get(number) ?? 0) + 1;
    attempts.set(number, attempt);
    const isGood = asked.fault === healthy || (asked.times === 'once' && attempt > 1);
    if (isGood) return { steps: good.frames, ending: false, write: 'frame', pace: options.pace };
    return asked.fault.answer(good.frames, asked.place);
  });

  const one = async (number: number): Promise<void> => {
    const asked = choose(number, options);
    running.set(number, asked);
    if (asked.fault !== healthy) counts.faulty += 1;
    const leaves = Math.random() < options.leaving ? Math.random() * options.pace * 15 : undefined;
    const begin = performance.now();
    const problems = await ask(asked, number, gateway, leaves);
    counts.slowest = Math.max(counts.slowest, performance.now() - begin);
    counts.requests += 1;
    if (leaves !== undefined) counts.left += 1;
    if (problems.length > 0) {
      counts.wrong += 1;
      if (wrong.length < 50) wrong.push(`${nameOf(asked)}: ${problems.join('; ')}`);
    }
    running.delete(number);
    attempts.delete(number);
  };

  let next = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < until) await one(next++);
  };
  const watch = setInterval(() => {
    memory.push(readHoldings(gateway.pid).memory);
    if (memory.length % 30 === 0) say(line(memory, counts));
  }, 1000);
  try {
    await Promise.all(Array.from({ length: width }, work));
  } finally {
    clearInterval(watch);
    emulator.otherwise(undefined);
  }
  return { ...counts, wrongCount: counts.wrong, slowest: Math.round(counts.slowest), wrong, memory };
}

/** Megabytes a minute by which the later two thirds of the samples rise. */
export function slopeOf(memory: readonly number[]): number {
  const later = memory.slice(Math.floor(memory.length / 3));
  const middle = (later.length - 1) / 2;
  const mean = later.reduce((sum, value) => sum + value, 0) / later.length;
  let over = 0;
  let under = 0;
  for (const [at, value] of later.entries()) {
    over += (at - middle) * (value - mean);
    under += (at - middle) ** 2;
  }
  return (over / under) * 60;
}

function choose(number: number, { faulty }: SoakOptions): Case {
  const api = pick(apis);
  const fault = Math.random() < faulty ? pick(faults) : healthy;
  const place = Math.floor(Math.random() * (writeGoodAnswer('', api.hasTools).frames.length + 1));
  return { api, fault, place, stream: number % 5 !== 0, times: Math.random() < 0.5 ? 'once' : 'always' };
}

async function ask(
  asked: Case,
  number: number,
  gateway: RunningGateway,
  leaves: number | undefined,
): Promise<readonly string[]> {
  const { api, stream } = asked;
  const leaving = AbortSignal.timeout(leaves ?? limit);
  try {
    const response = await fetch(gateway.url + api.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, connection: 'close' },
      body: JSON.stringify(api.body(`question-${number}?`, stream)),
      signal: leaving,
    });
    const outcome = api.read(response.status, await response.text(), stream);
    return judge(outcome, asked, writeGoodAnswer(`answer-${number}`, api.hasTools));
  } catch (thrown) {
    if (leaves !== undefined && leaving.aborted) return [];
    return [thrown instanceof Error ? thrown.message : String(thrown)];
  }
}

function line(memory: readonly number[], counts: { readonly requests: number; readonly wrong: number }): string {
  const now = memory.at(-1) ?? 0;
  return `${memory.length} s: ${counts.requests} answers, ${counts.wrong} wrong, ${now.toFixed(0)} MB`;
}

function pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
  const found = list[Math.floor(Math.random() * list.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}

const healthy: Fault = { name: 'nothing', passes: true, answer: steps => ({ steps, ending: false }) };
const limit = 120_000;
