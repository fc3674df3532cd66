import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, ChatRequest, Json, ToolResult } from '../../src/core/chat.ts';
import { type Question, type Target, withoutReasoning, writeQuestion } from '../../src/kiro/question.ts';
import { readImage } from '../../src/kiro/rules/images.ts';
import { validateQuestion } from '../../src/kiro/validate.ts';
import { breachesOf, turnsOf } from './support/chat.ts';
import { conversation } from './support/conversations.ts';

const target: Target = {
  modelId: 'model-1',
  profileArn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL',
};
const blocksOf = (chat: ChatRequest): readonly Block[] => chat.messages.flatMap(message => message.content);

describe('a question made of any conversation', () => {
  it('breaks no rule of the service, holds all that the client said and is the same each time', () => {
    fc.assert(
      fc.property(conversation, chat => {
        const before = structuredClone(chat);
        const question = writeQuestion(chat, target);
        expect(chat).toEqual(before);
        expect(writeQuestion(before, target).payload).toBe(question.payload);
        checkRules(question);
        checkContent(chat, question);
      }),
      { numRuns: Number(process.env['KIRO_PROPERTY_RUNS'] ?? 700) },
    );
  });
});

function checkRules(question: Question): void {
  expect(breachesOf(question)).toEqual([]);
  expect(validateQuestion(question.body)).toEqual([]);
  const repaired = withoutReasoning(question);
  if (repaired.payload !== question.payload) expect(breachesOf(repaired)).toEqual([]);
}

/** Every text, call, result and image of the client. */
function checkContent(chat: ChatRequest, question: Question): void {
  const strings = stringsOf(question.body);
  const has = (text: string): boolean => strings.some(one => one.includes(text.toWellFormed()));
  for (const block of blocksOf(chat)) {
    if (block.type === 'text' && block.text.trim() !== '') expect(has(block.text), block.text).toBe(true);
    if (block.type === 'tool-result') for (const text of textsOf(block)) expect(has(text), text).toBe(true);
    if (block.type === 'search') for (const { url } of block.results) expect(has(url), url).toBe(true);
  }
  expect(lostCalls(chat, question)).toEqual([]);
  expect(lostImages(chat, question)).toEqual([]);
}

function textsOf(result: ToolResult): readonly string[] {
  return result.content.flatMap(part => (part.type === 'text' && part.text.trim() !== '' ? [part.text] : []));
}

function stringsOf(json: Json): readonly string[] {
  if (typeof json === 'string') return [json];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(stringsOf) : [];
}

/** Calls that stand neither among the tool uses nor, where no tools are declared, in a text. */
function lostCalls(chat: ChatRequest, question: Question): readonly unknown[] {
  const told = stringsOf(question.body);
  const uses = turnsOf(question)
    .flatMap(turn => turn.assistantResponseMessage?.toolUses ?? [])
    .map(use => ({ name: question.tools.clientNames.get(use.name), input: JSON.stringify(use.input) }));
  return blocksOf(chat).filter(block => {
    if (block.type !== 'tool-call') return false;
    const input = JSON.stringify(wellFormed(block.input));
    const at = uses.findIndex(use => use.name === block.name && use.input === input);
    if (at >= 0) uses.splice(at, 1);
    return at < 0 && !told.some(text => text.includes(`the tool ${block.name.toWellFormed()} with: ${input}`));
  });
}

function wellFormed(json: Json): Json {
  if (typeof json === 'string') return json.toWellFormed();
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(wellFormed);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name.toWellFormed(), wellFormed(value)]));
}

/** Images that the service would take, and that are neither sent nor replaced by a note. */
function lostImages(chat: ChatRequest, question: Question): readonly string[] {
  const sent = turnsOf(question).flatMap(turn => turn.userInputMessage?.images ?? []);
  const notes = stringsOf(question.body).join('\n').split('[An image').length - 1;
  const images = blocksOf(chat)
    .flatMap((block): readonly (Block | ToolResult['content'][number])[] =>
      block.type === 'tool-result' ? block.content : [block],
    )
    .filter(block => block.type === 'image');
  const good = images.filter(({ source }) => typeof readImage(source) !== 'string');
  const lost = good.length > 10 ? good.length - 10 : 0;
  if (sent.length !== good.length - lost) return [`${sent.length} images of ${good.length} were sent`];
  return notes < images.length - sent.length ? [`${notes} notes for ${images.length - sent.length} images`] : [];
}
