import { readFileSync } from 'node:fs';
import type { Block, JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { Ended, UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { placeOf } from '../place.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';
import { createAnswerFile } from './answer-file.ts';
import { createDisplay, textOf } from './display.ts';
import { type Conversation, findConversation, type History, openHistory } from './history.ts';
import { createTalk, type Talk, textBlock, type Wishes } from './talk.ts';
import { createWaiting, type Waiting } from './waiting.ts';

export interface ChatOptions {
  readonly model?: string;
  readonly system?: string;
  readonly file?: readonly string[];
  readonly effort?: string;
  readonly showThinking?: true;
  readonly json?: true;
  readonly jsonl?: true;
  readonly stream: boolean;
  readonly output?: string;
  readonly schema?: string;
  readonly continue?: true;
  readonly conversation?: string;
  readonly history: boolean;
}

/** Asks one question, or talks as long as a person at a terminal likes to. */
export async function runChat(
  resolved: ResolvedSettings,
  world: World,
  words: readonly string[],
  options: ChatOptions,
): Promise<void> {
  check(options);
  const cancel = new AbortController();
  const isAlone = words.length === 0 && world.input.isTerminal;
  const isTalk = isAlone && options.output === undefined && isForPeople(options) && world.output.isTerminal;
  const schema = options.schema === undefined ? undefined : readSchema(options.schema);
  const waiting = await createWaiting(world);
  const gateway = await openGateway(resolved, world, { onRetry: waiting.again });
  let history: History | undefined;
  try {
    const files = await readFilesOf(options, gateway, cancel.signal);
    const question = isTalk ? '' : await readQuestion(words, world, files.length > 0);
    history = await openKept(options, world);
    const conversation = goOn(history, options);
    // The list of models is asked for first.
    waiting.start();
    const wishes: Wishes = {
      model: options.model ?? conversation?.model ?? (await defaultModel(gateway)),
      system: options.system ?? conversation?.system,
      effort: options.effort,
      showThinking: options.showThinking === true,
      schema,
    };
    const talk = createTalk({ gateway, world, history, conversation, name: options.conversation });
    if (isTalk) {
      const { converse } = await import('./interactive.ts');
      waiting.stop();
      const earlier = history?.questions(mostEarlier) ?? [];
      await converse({
        gateway,
        world,
        talk,
        wishes,
        files,
        conversation,
        name: options.conversation,
        earlier,
        waiting,
      });
      return;
    }
    await askOnce(talk, world, [...files, ...textBlock(question)], wishes, { ...options, cancel, waiting });
  } finally {
    waiting.stop();
    history?.close();
    await gateway.close();
  }
}

function check({ continue: goesOn, conversation, history, json, jsonl }: ChatOptions): void {
  if (goesOn && conversation !== undefined) throw new UsageError('Use --continue or --conversation, not both.');
  if (json && jsonl) throw new UsageError('Use --json or --jsonl, not both.');
  if (!history && (goesOn || conversation !== undefined)) {
    throw new UsageError('--no-history leaves nothing to go on with; leave it out.');
  }
}

const isForPeople = ({ json, jsonl, schema }: ChatOptions): boolean => !json && !jsonl && schema === undefined;

async function readFilesOf({ file }: ChatOptions, { media }: Gateway, signal: AbortSignal): Promise<readonly Block[]> {
  if (file === undefined) return [];
  const { readFiles } = await import('./files.ts');
  return readFiles(file, media, signal);
}

async function readQuestion(words: readonly string[], world: World, hasFiles: boolean): Promise<string> {
  const piped = world.input.isTerminal ? '' : (await world.input.text()).trim();
  const question = [words.join(' '), piped].filter(part => part !== '').join('\n\n');
  if (question === '' && !hasFiles) {
    throw new UsageError('There is nothing to ask. Try: kiro-gw chat "why is the sky blue"');
  }
  return question;
}

function readSchema(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--schema: ${file} cannot be read: ${fileProblem(error)}.`);
  }
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw new UsageError(`--schema: ${file} is not valid JSON (${placeOf(text, true)}).`);
  }
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonObject;
  throw new UsageError(`--schema: ${file} must hold a JSON Schema: an object.`);
}

// Only what goes on with something needs it.
async function openKept(options: ChatOptions, world: World): Promise<History | undefined> {
  if (!options.history) return undefined;
  try {
    return await openHistory(world);
  } catch (error) {
    if (!(error instanceof UsageError) || options.continue || options.conversation !== undefined) throw error;
    world.errors.write(paint(world.errors).yellow(`${error.message} The answer is not kept, as with --no-history.\n`));
    return undefined;
  }
}

function goOn(history: History | undefined, options: ChatOptions): Conversation | undefined {
  if (history === undefined) return undefined;
  if (options.continue) return findConversation(history, undefined);
  return options.conversation === undefined ? undefined : history.find(options.conversation);
}

async function defaultModel({ kiro }: Gateway): Promise<string> {
  return (await kiro.models()).find(({ isDefault }) => isDefault)?.id ?? 'auto';
}

async function askOnce(
  talk: Talk,
  world: World,
  content: readonly Block[],
  wishes: Wishes,
  options: ChatOptions & { readonly cancel: AbortController; readonly waiting: Waiting },
): Promise<void> {
  const { cancel, waiting, json, jsonl } = options;
  const file = options.output === undefined ? undefined : createAnswerFile(options.output);
  const display = await createDisplay(world, {
    form: json ? 'json' : jsonl ? 'jsonl' : 'text',
    showThinking: wishes.showThinking,
    isStreamed: options.stream,
    output: file ?? world.output,
    waiting,
  });
  const unlisten = world.onSignal(() => {
    if (cancel.signal.aborted) world.leave(130);
    cancel.abort();
  });
  try {
    const { result } = await talk.ask(content, wishes, display, cancel.signal);
    if (result === undefined) throw new Ended('interrupted');
    if (wishes.schema !== undefined && !isJson(textOf(result.content))) {
      throw new ChatError('upstream', 'The model did not answer in JSON, as the schema wants it. Ask it again.');
    }
    file?.keep();
    const { dim, yellow } = paint(world.errors);
    if (file !== undefined && world.errors.isTerminal) world.errors.write(dim(`Written to ${options.output}.\n`));
    if (result.stop === 'length') {
      world.errors.write(yellow('The answer was cut: it reached the longest allowed length.\n'));
    }
    if (result.stop !== 'refusal' && textOf(result.content) === '') {
      world.errors.write(yellow('The model answered without a word.\n'));
    }
    if (result.stop === 'refusal') world.errors.write(yellow('The model refused to answer.\n'));
  } finally {
    unlisten();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const mostEarlier = 100;
