import { readdirSync } from 'node:fs';
import type { Block } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { UsageError } from '../exit.ts';
import { explain } from '../explain.ts';
import type { Gateway } from '../gateway.ts';
import { cut, paint } from '../print.ts';
import type { World } from '../world.ts';
import { createDisplay } from './display.ts';
import type { Conversation } from './history.ts';
import { type Complete, createLineReader, type LineReader } from './line-reader.ts';
import { checkModel, efforts, isSlash, runSlash, type Scene, slashNames } from './slash.ts';
import { type Talk, textBlock, type Wishes } from './talk.ts';
import type { Waiting } from './waiting.ts';

export interface ConverseOptions {
  readonly gateway: Gateway;
  readonly world: World;
  readonly talk: Talk;
  readonly wishes: Wishes;
  readonly files: readonly Block[];
  readonly conversation: Conversation | undefined;
  /** Of a conversation that begins. */
  readonly name: string | undefined;
  /** Questions of before, the last one first. */
  readonly earlier: readonly string[];
  readonly waiting: Waiting;
}

/** Talks until the person leaves. What fails is said, and the talk goes on. */
export async function converse(options: ConverseOptions): Promise<void> {
  const { gateway, world, talk, wishes, files, earlier } = options;
  await check(gateway, wishes);
  const leaving = new AbortController();
  const scene: Scene = { gateway, world, talk, wishes, files, signal: leaving.signal };
  const ids = (await gateway.kiro.models()).map(({ id }) => id);
  const reader = createLineReader(world, completeFrom(ids, world.folders.home), earlier);
  world.output.write(greet(options));
  try {
    await talkBy(reader, scene, options.waiting);
  } finally {
    reader.close();
  }
}

async function talkBy(reader: LineReader, scene: Scene, waiting: Waiting): Promise<void> {
  const { world } = scene;
  let isStopped = false;
  for (;;) {
    const message = await reader.read('> ', isStopped);
    isStopped = false;
    if (message === undefined || message.line.trim() === '/exit') return;
    const { text, line } = message;
    if (text.trim() === '') continue;
    try {
      // What is pasted is no command, however it begins.
      if (isSlash(line.trim())) world.output.write(`${await runSlash(text, scene)}\n`);
      else isStopped = await ask(text, scene, waiting, reader);
    } catch (thrown) {
      if (!(thrown instanceof ChatError || thrown instanceof UsageError)) throw thrown;
      explain(thrown, world);
    }
  }
}

// Better before than after a long question.
async function check(gateway: Gateway, { model }: Wishes): Promise<void> {
  const { used, problem } = await gateway.auth.describe();
  if (used === undefined) throw new ChatError('login', problem ?? 'Nobody is signed in.');
  const { source } = await gateway.kiro.modelList();
  if (source !== 'built-in') await checkModel(model, gateway, 'kiro-gw models');
}

function greet({ world: { output }, wishes, conversation, name }: ConverseOptions): string {
  const title = conversation === undefined ? name : (conversation.name ?? conversation.title);
  const what = title === undefined ? '' : `, ${conversation === undefined ? 'beginning' : 'going on with'} "${title}"`;
  const first = `Talking to ${wishes.model}${what}.`;
  const next = '/help says what there is; Ctrl-D leaves.';
  const lines = first.length + next.length < output.columns ? [`${first} ${next}`] : [cut(first, output.columns), next];
  return paint(output).dim(`${lines.join('\n')}\n`);
}

/** Whether the answer was stopped. */
async function ask(text: string, scene: Scene, waiting: Waiting, reader: LineReader): Promise<boolean> {
  const { world, talk, wishes } = scene;
  const display = await createDisplay(world, {
    form: 'text',
    showThinking: wishes.showThinking,
    isStreamed: true,
    output: world.output,
    waiting,
  });
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => {
    if (cancel.signal.aborted) {
      reader.close();
      world.leave(130);
    }
    cancel.abort();
  });
  const content = [...scene.files, ...textBlock(text)];
  try {
    const { result } = await talk.ask(content, wishes, display, cancel.signal);
    scene.files = [];
    if (result === undefined) world.errors.write(paint(world.errors).dim('Stopped. Ctrl-C again leaves.\n'));
    world.output.write('\n');
    return result === undefined;
  } finally {
    unlisten();
  }
}

/** Completes commands, the models after `/model`, levels after `/effort`, and paths after `/file`. */
export const completeFrom =
  (ids: readonly string[], home = ''): Complete =>
  line => {
    const [, command, part = ''] = /^(\/\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [line.startsWith('/') ? startingWith(slashNames, line) : [], line];
    if (command === '/model') return [startingWith(ids, part), part];
    if (command === '/effort') return [startingWith(efforts, part), part];
    return command === '/file' ? [paths(part, home), part] : [[], part];
  };

const startingWith = (words: readonly string[], part: string): string[] => words.filter(word => word.startsWith(part));

function paths(part: string, home: string): string[] {
  const folder = part.includes('/') ? part.slice(0, part.lastIndexOf('/') + 1) : '';
  try {
    const entries = readdirSync(folder === '' ? '.' : folder.replace(/^~(?=\/)/, home), { withFileTypes: true });
    const names = entries.map(entry => `${entry.name}${entry.isDirectory() ? '/' : ''}`).sort();
    // Hidden ones are for who asks for them.
    const isWanted = (name: string): boolean => !name.startsWith('.') || part.startsWith(`${folder}.`);
    return startingWith(
      names.filter(isWanted).map(name => `${folder}${name}`),
      part,
    );
  } catch {
    return [];
  }
}
