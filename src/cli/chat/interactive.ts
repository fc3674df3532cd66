import { readdirSync } from 'node:fs';
import type { Block } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { UsageError } from '../exit.ts';
import { explain } from '../explain.ts';
import type { Gateway } from '../gateway.ts';
import { paint } from '../print.ts';
import type { World } from '../world.ts';
import { createDisplay } from './display.ts';
import type { Conversation } from './history.ts';
import { type Complete, createLineReader } from './line-reader.ts';
import { isSlash, runSlash, type Scene, slashNames } from './slash.ts';
import { type Talk, textBlock, type Wishes } from './talk.ts';

export interface ConverseOptions {
  readonly gateway: Gateway;
  readonly world: World;
  readonly talk: Talk;
  readonly wishes: Wishes;
  readonly files: readonly Block[];
  readonly conversation: Conversation | undefined;
}

/** Talks until the person leaves. What fails is said, and the talk goes on. */
export async function converse({ gateway, world, talk, wishes, files, conversation }: ConverseOptions): Promise<void> {
  const { dim } = paint(world.output);
  const leaving = new AbortController();
  const scene: Scene = { gateway, world, talk, wishes, files, signal: leaving.signal };
  const ids = (await gateway.kiro.models()).map(({ id }) => id);
  const reader = createLineReader(world, completeFrom(ids));
  const goingOn = conversation === undefined ? '' : `, going on with "${conversation.name ?? conversation.title}"`;
  world.output.write(dim(`Talking to ${wishes.model}${goingOn}. /help says what there is; Ctrl-D leaves.\n`));
  let isStopped = false;
  for (;;) {
    const text = (await reader.read('> ', isStopped))?.trim();
    isStopped = false;
    if (text === undefined || text === '/exit') return;
    if (text === '') continue;
    try {
      if (isSlash(text)) world.output.write(`${await runSlash(text, scene)}\n`);
      else isStopped = await ask(text, scene);
    } catch (thrown) {
      if (!(thrown instanceof ChatError || thrown instanceof UsageError)) throw thrown;
      explain(thrown, world);
    }
  }
}

/** Whether the answer was stopped. */
async function ask(text: string, scene: Scene): Promise<boolean> {
  const { world, talk, wishes } = scene;
  const display = await createDisplay(world, {
    form: 'text',
    showThinking: wishes.showThinking,
    isStreamed: true,
    output: world.output,
  });
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => {
    if (cancel.signal.aborted) world.leave(130);
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

/** Completes commands, the models after `/model`, and paths after `/file`. */
export const completeFrom =
  (ids: readonly string[]): Complete =>
  line => {
    const [, command, part = ''] = /^(\/\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [line.startsWith('/') ? startingWith(slashNames, line) : [], line];
    if (command === '/model') return [startingWith(ids, part), part];
    return command === '/file' ? [paths(part), part] : [[], part];
  };

const startingWith = (words: readonly string[], part: string): string[] => words.filter(word => word.startsWith(part));

function paths(part: string): string[] {
  const folder = part.includes('/') ? part.slice(0, part.lastIndexOf('/') + 1) : '';
  try {
    const entries = readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
    return startingWith(
      entries.map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`),
      part,
    );
  } catch {
    return [];
  }
}
