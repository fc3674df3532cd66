import type { ListedModel } from './models.ts';
import { type Question, readCurrent, readTurns, type UserMessage } from './question.ts';
import type { Step } from './script.ts';
import { writeSignature } from './signature.ts';

/**
 * An answer for a question that nobody scripted one for. It says what it was asked, or calls the tools that the
 * text asks for in lines of the form `CALL <tool> <json>`; `THEN CALL` lines wait for the results of those before.
 */
export function improvise(question: Question, model: ListedModel, images: number): Step[] {
  const current = readCurrent(question);
  const tools = (current.userInputMessageContext?.tools ?? []).map(({ toolSpecification }) => toolSpecification.name);
  const calls = readCalls(question).map(({ name, json }) => writeCall(name, json, tools));
  const isFirstCall = calls.length > 0 && current.userInputMessageContext?.toolResults === undefined;
  const reply = isFirstCall ? 'I will use the tools for that.' : writeReply(question, tools.length, images, model);
  const greeting: Step = { event: 'initial-response', payload: { conversationId: '' } };
  return [greeting, ...addThought([...chunk(reply), ...calls], question, model)];
}

function writeReply(question: Question, tools: number, images: number, { modelId }: ListedModel): string {
  const current = readCurrent(question);
  const results = current.userInputMessageContext?.toolResults;
  const messages = readTurns(question).length;
  const about = `I am the emulator in the place of ${modelId}; no real model is behind me.`;
  const seen = `I saw ${count(messages, 'message')}, ${count(tools, 'tool')} and ${count(images, 'image')}.`;
  if (results === undefined) return `${about} You asked: "${quote(readAsked(current, messages === 1))}". ${seen}`;
  const told = results.map(({ status, content }) => {
    const text = content.map(part => part.text ?? JSON.stringify(part.json)).join(' ');
    return `The tool ${status === 'error' ? 'failed' : 'answered'}: "${quote(text)}".`;
  });
  return `${told.join(' ')} ${seen}`;
}

/** What was typed: without tags, and in the first message without the system text, as far as that can be told. */
function readAsked({ content }: UserMessage, isFirst: boolean): string {
  const text = content.replace(/<([\w-]+)>[^<]*<\/\1>/g, '').trim();
  return isFirst ? (text.split('\n\n').at(-1) ?? '') : text;
}

const quote = (text: string): string =>
  (text.length > longestQuote ? `${text.slice(0, longestQuote)} …` : text).toWellFormed();
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

interface AskedCall {
  readonly name: string;
  readonly json: string;
}

/** The calls that are due: those of the text, or after n rounds of results the n-th `THEN CALL` line. */
function readCalls(question: Question): AskedCall[] {
  const users = readTurns(question).flatMap(({ user }) => user ?? []);
  const lastTyped = users.findLastIndex(({ content }) => /^(THEN )?CALL \S/m.test(content) || isTyped(content));
  const text = users[lastTyped]?.content ?? '';
  const rounds = users.length - 1 - lastTyped;
  if (rounds === 0) return [...text.matchAll(callLine)].map(readCall);
  return [...text.matchAll(thenCallLine)].slice(rounds - 1, rounds).map(readCall);
}

const isTyped = (content: string): boolean => content.trim() !== '';
const readCall = ([, name = '', json = '']: RegExpMatchArray): AskedCall => ({ name, json: json.trim() || '{}' });

function writeCall(tool: string, json: string, declared: readonly string[]): Step {
  if (!declared.includes(tool)) return `There is no tool "${tool}". `;
  try {
    const input: unknown = JSON.parse(json);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { tool, input, fragments: 4 };
  } catch {
    // Said below.
  }
  return `The arguments for "${tool}" are no JSON object: ${quote(json)}. `;
}

function addThought(steps: Step[], question: Question, { modelId }: ListedModel): Step[] {
  const text = 'Let me see what is being asked. It is simple enough to answer at once.';
  const { thinking, reasoning } = (question.additionalModelRequestFields ?? {}) as Fields;
  if (thinking?.type === 'adaptive') {
    const shown = thinking.display === 'omitted' ? '' : text;
    return [{ reasoning: words(shown), signature: writeSignature(modelId, shown) }, ...steps];
  }
  if (reasoning !== undefined && reasoning.effort !== 'none') {
    return [...steps, { redacted: Buffer.from(text).toString('base64') }];
  }
  const isAsked = readCurrent(question).content.includes('<thinking_mode>enabled</thinking_mode>');
  return isAsked ? [...chunk(`<thinking>${text}</thinking>\n\n`), ...steps] : steps;
}

interface Fields {
  readonly thinking?: { readonly type?: string; readonly display?: string };
  readonly reasoning?: { readonly effort?: string };
}

/** Text in pieces of a word or two, as a model gives it. */
const chunk = (text: string): Step[] => [{ chunks: words(text) }];
const words = (text: string): string[] =>
  text.match(/\s*\S+(\s+\S{1,3}(?=\s))?/g)?.concat(text.match(/\s+$/) ?? []) ?? [];

const callLine = /^CALL (\S+)(.*)$/gm;
const thenCallLine = /^THEN CALL (\S+)(.*)$/gm;
const longestQuote = 400;
