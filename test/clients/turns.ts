import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptedAnswer, Step } from '../../src/emulator/emulator.ts';
import type { ClientTools } from './driver.ts';
import { picture } from './picture.ts';
import type { Asked } from './question.ts';

export type TurnName = 'answer' | 'edit' | 'tool error' | 'image' | 'long' | 'cancel' | 'failure' | 'overflow';

/** A scripted conversation: what is typed, what the model says, and what must have come of it. */
export interface Turn {
  readonly name: TurnName;
  readonly prompt: string;
  /** The client is interrupted as soon as the model's answer has begun. */
  readonly interrupted?: true;
  prepare?(work: string): void;
  answer(asked: Asked, past: readonly Asked[], tools: ClientTools): ScriptedAnswer;
  /** What went wrong; undefined when nothing did. */
  judge(end: TurnEnd): string | undefined;
}

/** What is known after a turn. */
export interface TurnEnd {
  readonly code: number | undefined;
  /** Everything that the client wrote, on both streams. */
  readonly output: string;
  readonly work: string;
  /** The questions of the turn itself, in order; those on the side, for a title say, are left out. */
  readonly asked: readonly Asked[];
  /** The client had its conversation summed up and went on. */
  readonly compacted: boolean;
}

const said = ({ output }: TurnEnd, ...phrases: readonly string[]): string | undefined => {
  const shown = flat(output);
  const missing = phrases.find(phrase => !shown.includes(flat(phrase)));
  return missing === undefined ? undefined : `"${missing.trim()}" did not appear`;
};

// Terminals wrap lines wherever they like.
const flat = (text: string): string => text.replace(/\s+/g, '');

const first = (...complaints: readonly (string | undefined)[]): string | undefined =>
  complaints.find(complaint => complaint !== undefined);

const words = Array.from({ length: 2_400 }, (_, at) => `word${at} `);

export const turns: readonly Turn[] = [
  {
    name: 'answer',
    prompt: 'Say something friendly.',
    answer: () => [{ chunks: ['Something ', 'friendly ', 'from the ', 'model.'] }],
    judge: end => said(end, 'Something friendly from the model.'),
  },
  {
    name: 'edit',
    prompt: 'Write a greeting into greeting.txt.',
    answer: ({ tools: declared, work, think, thinkLate }, past, tools) => {
      const file = join(work, 'greeting.txt');
      if (existsSync(file)) return ['The greeting ', 'is written.'];
      // A client may need several steps, but not these many.
      if (past.length > 3) return ['It cannot be written.'];
      const call = { ...tools.write(file, 'Good morning!\n', declared), fragments: 5 };
      return [...think(), 'I write it. ', call, ...thinkLate()];
    },
    judge: end =>
      first(
        readText(join(end.work, 'greeting.txt'))?.trimEnd() === 'Good morning!' ? undefined : 'the file is not written',
        said(end, 'The greeting is written.'),
      ),
  },
  {
    name: 'tool error',
    prompt: 'Read missing.txt and tell what it says.',
    answer: ({ results, work, think }, _, tools) =>
      results.length > 0
        ? ['There is ', 'no such file.']
        : [...think(), 'I look. ', tools.read(join(work, 'missing.txt'))],
    judge: end => {
      const results = end.asked.flatMap(asked => asked.results);
      return first(
        results.some(({ text }) => /not exist|not found|no such file|ENOENT|cannot|missing/i.test(text))
          ? undefined
          : `the tool's error did not reach the model: ${results[0]?.text.slice(0, 80) ?? 'no result'}`,
        said(end, 'There is no such file.'),
      );
    },
  },
  {
    name: 'image',
    prompt: 'What does picture.png show?',
    prepare: work => writeFileSync(join(work, 'picture.png'), picture),
    answer: ({ images, results, work }, _, tools) =>
      images > 0 || results.length > 0 ? ['It shows a ', 'red square.'] : [tools.read(join(work, 'picture.png'))],
    judge: end =>
      first(
        end.asked.some(({ images }) => images > 0) ? undefined : 'no image reached the model',
        said(end, 'It shows a red square.'),
      ),
  },
  {
    name: 'long',
    prompt: 'Count for a long time.',
    answer: () => ({ steps: [{ chunks: words }], write: 'frame' }),
    judge: end => said(end, ...Array.from({ length: 24 }, (_, at) => words.slice(at * 100, at * 100 + 101).join(''))),
  },
  {
    name: 'cancel',
    prompt: 'Count until you are stopped.',
    interrupted: true,
    answer: () => ['One, ', 'two, ', { hang: true }],
    judge: () => undefined,
  },
  {
    name: 'failure',
    prompt: 'Say something that takes long.',
    answer: (_, past) =>
      past.length > 0
        ? ['All is well ', 'again.']
        : ['It begins ', { exception: 'InternalServerException', payload: { message: 'The service broke down.' } }],
    judge: end =>
      said(end, 'All is well again.') === undefined || end.code !== 0 || /broke down|error/i.test(end.output)
        ? undefined
        : 'the failure is not told',
  },
  {
    name: 'overflow',
    prompt: 'Read story.txt and sum it up.',
    prepare: work => writeFileSync(join(work, 'story.txt'), story),
    answer: ({ results, work, sums, window }, past, tools): ScriptedAnswer => {
      if (sums) return summary;
      if (past.some(asked => asked.sums || asked.results.length > 0)) return ['The story ', 'ends well.'];
      if (results.length > 0) return overflow;
      // Some clients count for themselves how full they are, and take 200 000 tokens for full; others wait until told.
      const ending = { contextUsagePercentage: (195_000 / window) * 100 };
      return { steps: [tools.read(join(work, 'story.txt'))], ending };
    },
    judge: end =>
      said(end, 'The story ends well.') === undefined || end.compacted || /too long|context|compact/i.test(end.output)
        ? undefined
        : 'it neither went on nor said what was wrong',
  },
];

const story = Array.from({ length: 400 }, (_, at) => `Line ${at}: and then the fox went on through the wood.\n`).join(
  '',
);
/** What a client gets that has its conversation summed up. */
export const summary: readonly Step[] = ['<summary>A story of a fox is being read.</summary>'];
const overflow: ScriptedAnswer = {
  status: 400,
  body: {
    __type: 'com.amazon.aws.codewhisperer#ValidationException',
    message: 'Input is too long.',
    reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
  },
};

const readText = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
