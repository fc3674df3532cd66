import type { ChatEvent, ChatResult } from '../../core/chat.ts';
import { paint } from '../print.ts';
import type { Screen, World } from '../world.ts';
import type { MarkdownWriter } from './markdown.ts';
import { withoutControls } from './plain-text.ts';
import type { Waiting } from './waiting.ts';

export interface DisplayOptions {
  /** What a program reads: one object at the end, or each event in a line. */
  readonly form: 'text' | 'json' | 'jsonl';
  readonly showThinking: boolean;
  /** Whether the answer is shown while it comes. */
  readonly isStreamed: boolean;
  /** Where the answer goes. */
  readonly output: Screen;
  /** What is shown before anything came. */
  readonly waiting: Waiting;
}

/** What is seen of an answer. */
export interface Display {
  /** Before anything came. */
  wait(): void;
  take(event: ChatEvent): void;
  /** After the last event, or where it was stopped. */
  end(): void;
}

/** Text is set as Markdown on a terminal, and is itself elsewhere; what is not the answer goes to standard error. */
export async function createDisplay(world: World, options: DisplayOptions): Promise<Display> {
  return options.form === 'text' ? createText(world, options) : createJson(options);
}

function createJson({ form, output, waiting }: DisplayOptions): Display {
  return {
    wait: waiting.start,
    take(event) {
      if (form === 'json' && event.type !== 'finish') return;
      waiting.stop();
      output.write(
        event.type === 'finish' && form === 'json'
          ? `${JSON.stringify(writeResult(event.result), null, 2)}\n`
          : `${JSON.stringify(event)}\n`,
      );
    },
    end: waiting.stop,
  };
}

async function createText(
  world: World,
  { showThinking, isStreamed, output, waiting }: DisplayOptions,
): Promise<Display> {
  const { errors } = world;
  const { dim } = paint(errors);
  const writer = output.isTerminal ? await loadMarkdown(output, world) : createPlain(output);
  let isThinking = false;
  let held = '';
  const endThought = (): void => {
    if (isThinking) errors.write('\n\n');
    isThinking = false;
  };
  return {
    wait: waiting.start,
    take(event) {
      if (event.type === 'close') endThought();
      // What is still a draft would be written into.
      if (event.type === 'open' && event.block.type === 'reasoning' && showThinking && output.isTerminal) writer.end();
      if (event.type !== 'delta') return;
      if (event.block === 'reasoning' && showThinking) {
        waiting.stop();
        isThinking = true;
        errors.write(dim(errors.isTerminal ? withoutControls(event.text) : event.text));
      }
      if (event.block !== 'text') return;
      if (!isStreamed) {
        held += event.text;
        return;
      }
      waiting.stop();
      writer.add(event.text);
    },
    end() {
      waiting.stop();
      endThought();
      writer.add(held);
      held = '';
      writer.end();
    },
  };
}

async function loadMarkdown(output: Screen, { env }: World): Promise<MarkdownWriter> {
  const [{ createMarkdownWriter }, { createHighlight }, { createDraft }] = await Promise.all([
    import('./markdown.ts'),
    import('./highlight.ts'),
    import('./draft.ts'),
  ]);
  // Such a terminal cannot go back.
  const draft = env['TERM'] === 'dumb' ? undefined : createDraft(output);
  return createMarkdownWriter(output, await createHighlight(), draft);
}

function createPlain(output: Screen): MarkdownWriter {
  let last = '\n';
  return {
    add(text) {
      output.write(text);
      last = text.at(-1) ?? last;
    },
    end() {
      if (last !== '\n') output.write('\n');
    },
  };
}

/** The answer as one object for programs. */
export const writeResult = ({ model, content, stop, usage }: ChatResult): unknown => ({
  model,
  text: textOf(content),
  thinking: content.flatMap(block => (block.type === 'reasoning' ? [block.text] : [])).join('') || undefined,
  stop,
  usage,
});

/** What a person reads of some blocks. */
export const textOf = (content: readonly { readonly type: string }[]): string =>
  content.flatMap(block => (block.type === 'text' && 'text' in block ? [String(block.text)] : [])).join('');
