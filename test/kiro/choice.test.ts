import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/core/assemble.ts';
import type { JsonObject } from '../../src/core/chat.ts';
import { isChoiceKept, needsWhole, shapeWhole } from '../../src/kiro/ask/choice.ts';
import { type Question, writeQuestion } from '../../src/kiro/question.ts';
import { chatOf } from './support/kiro.ts';

const plain = writeQuestion(chatOf('hi'), { modelId: 'm' });
const withFormat = (format: NonNullable<Question['format']>): Question => ({ ...plain, format });
const final = withFormat({ tool: 'final_answer' });
const member = withFormat({ tool: 'final_answer', member: 'answer', schema: { type: 'array' } });

const text = (said: string): Delta => ({ type: 'text', text: said });
const call = (name: string, input: JsonObject, json = JSON.stringify(input)): Delta => ({
  type: 'call',
  id: 'a',
  name,
  input,
  json,
});
const thought: readonly Delta[] = [
  { type: 'reasoning', text: 'hm' },
  { type: 'signature', signature: 's' },
];
const end = (reason: 'end' | 'tool' | 'length'): readonly Delta[] => [
  { type: 'usage', usage: { outputTokens: 1 } },
  { type: 'stop', reason },
];

describe('an answer that must be read whole', () => {
  it('is one with a forced call or a format', () => {
    expect(needsWhole(plain)).toBe(false);
    expect(needsWhole({ ...plain, mustCall: {} })).toBe(true);
    expect(needsWhole(final)).toBe(true);
  });

  it('keeps its reasoning, loses its chatter, and ends in the answer', () => {
    const json = '{ "n": 1.0 }';
    const whole = [...thought, text('Here:'), call('final_answer', { n: 1 }, json), ...end('tool')];
    expect(shapeWhole(whole, final)).toEqual([...thought, text(json), ...end('end')]);
  });

  it('has its answer in one member where the schema is no object', () => {
    const shaped = (input: JsonObject): readonly Delta[] =>
      shapeWhole([call('final_answer', input), ...end('tool')], member);
    expect(shaped({ answer: [1, 2] })).toEqual([text('[1,2]'), ...end('end')]);
    expect(shaped({ answer: '{"written":"as text"}' })).toEqual([text('{"written":"as text"}'), ...end('end')]);
    expect(shaped({ answer: 'word' })).toEqual([text('"word"'), ...end('end')]);
  });

  it('is left as it is when it is neither a call nor JSON, or calls another tool first', () => {
    const chatter = [text('I cannot.'), ...end('end')];
    expect(shapeWhole(chatter, final)).toEqual(chatter);
    const other = [text('First:'), call('own', {}), ...end('tool')];
    expect(shapeWhole(other, final)).toEqual(other);
    expect(shapeWhole([...other.slice(0, -2), call('final_answer', {}), ...end('tool')], final)).toEqual(other);
  });
});

describe('a choice', () => {
  it.each([
    ['any call', {}, [call('own', {})], true],
    ['the named call', { name: 'own' }, [call('own', {})], true],
    ['another call', { name: 'own' }, [call('other', {})], false],
    ['no call', {}, [text('no')], false],
  ])('of a tool, answered with %s', async (_, mustCall, deltas, isKept) => {
    expect(await isChoiceKept([...deltas, ...end('tool')], { ...plain, mustCall })).toBe(isKept);
  });

  it.each([
    ['a value that fits', [call('final_answer', { answer: [1] })], true],
    ['a value that does not fit', [call('final_answer', { answer: 1 })], false],
    ['no value', [call('final_answer', {})], false],
    ['a call of another tool', [call('own', {})], true],
    ['chatter', [text('no')], false],
  ])('of a format, answered with %s', async (_, deltas, isKept) => {
    expect(await isChoiceKept([...deltas, ...end('tool')], member)).toBe(isKept);
  });

  it('is kept by what was cut: asking again would not help', async () => {
    expect(await isChoiceKept([text('no'), ...end('length')], member)).toBe(true);
  });

  it('of a schema that cannot be checked is kept', async () => {
    const odd = withFormat({ tool: 'final_answer', schema: { type: 'weird' } });
    expect(await isChoiceKept([call('final_answer', { x: 1 }), ...end('tool')], odd)).toBe(true);
  });
});
