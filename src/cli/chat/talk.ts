import type { AnswerBlock, Block, ChatEvents, ChatRequest, ChatResult, JsonObject, Message } from '../../core/chat.ts';
import { ChatError, toChatError } from '../../core/errors.ts';
import type { Gateway } from '../gateway.ts';
import { paint } from '../print.ts';
import type { World } from '../world.ts';
import { type Display, textOf } from './display.ts';
import type { Conversation, History, KeptMessage } from './history.ts';

/** How an answer is to be. */
export interface Wishes {
  readonly model: string;
  readonly system?: string | undefined;
  readonly effort?: string | undefined;
  readonly showThinking: boolean;
  readonly schema?: JsonObject | undefined;
}

/** What became of a question. */
export interface Outcome {
  /** Of the answer, as far as it came. */
  readonly content: readonly AnswerBlock[];
  /** None when it was stopped. */
  readonly result?: ChatResult;
  /** What the model was not told, as it would not know what to do with it. */
  readonly ignored?: readonly string[];
}

export interface TalkOptions {
  readonly gateway: Gateway;
  readonly world: World;
  /** None when nothing is to be kept. */
  readonly history: History | undefined;
  /** The one that goes on. */
  readonly conversation?: Conversation | undefined;
  /** For a new one. */
  readonly name?: string | undefined;
}

/** A conversation that is going on. */
export interface Talk {
  ask(content: readonly Block[], wishes: Wishes, display: Display, signal: AbortSignal): Promise<Outcome>;
  /** Begins anew; what was said stays in the history. */
  clear(): void;
  /** Gives it a name in the history; false when nothing was said. */
  save(name: string): boolean;
  /** All that was said. */
  messages(): readonly KeptMessage[];
}

/** Goes on with a conversation, or begins one, and keeps every answer in the history. */
export function createTalk({ gateway, world, history, conversation, name }: TalkOptions): Talk {
  let id = conversation?.id;
  let wantedName = conversation === undefined ? name : undefined;
  let messages = conversation === undefined || history === undefined ? [] : [...history.messages(conversation.id)];

  const keep = (asked: KeptMessage, answered: KeptMessage, wishes: Wishes): void => {
    messages = [...messages, asked, answered];
    if (history === undefined) return;
    const draft = {
      title: titleOf(asked.content),
      model: wishes.model,
      ...given({ name: wantedName, system: wishes.system }),
    };
    try {
      id = history.add(id ?? draft, [asked, answered]);
      wantedName = undefined;
    } catch (error) {
      // The answer is there; only the next question will miss it.
      const { yellow } = paint(world.errors);
      world.errors.write(yellow(`The answer could not be kept in the history: ${(error as Error).message}\n`));
    }
  };

  return {
    async ask(content, wishes, display, signal) {
      const asked = { role: 'user', content, at: world.now() } as const;
      const outcome = await follow(gateway, writeRequest([...messages, asked], wishes), display, signal);
      const { result } = outcome;
      if (outcome.ignored?.includes('effort')) sayEffortless(wishes.model, world);
      if (outcome.content.length > 0) {
        const answered = { role: 'assistant', content: outcome.content, model: wishes.model, at: world.now() } as const;
        keep(asked, { ...answered, ...given({ usage: result?.usage }) }, wishes);
      }
      return outcome;
    },
    clear() {
      id = undefined;
      messages = [];
    },
    save(newName) {
      if (messages.length === 0) return false;
      if (id !== undefined) history?.rename(id, newName);
      return id !== undefined && history !== undefined;
    },
    messages: () => messages,
  };
}

function sayEffortless(model: string, { errors }: World): void {
  const text = `${model} has no levels of thinking: it answered as always. Those that have: kiro-gw models\n`;
  errors.write(paint(errors).yellow(text));
}

async function follow(
  { kiro }: Gateway,
  request: ChatRequest,
  display: Display,
  signal: AbortSignal,
): Promise<Outcome> {
  const parts = new Map<number, AnswerBlock>();
  display.wait();
  try {
    const { events, ignored = [] } = await kiro.ask(request, signal);
    const result = await show(events, display, parts);
    return { content: result.content, result, ignored };
  } catch (thrown) {
    if (toChatError(thrown).kind !== 'cancelled' && !signal.aborted) throw thrown;
    // Reasoning without its end has no signature, and would not be taken back.
    return { content: [...parts.values()].filter(block => block.type === 'text' && block.text !== '') };
  } finally {
    display.end();
  }
}

async function show(events: ChatEvents, display: Display, parts: Map<number, AnswerBlock>): Promise<ChatResult> {
  for await (const batch of events) {
    for (const event of batch) {
      display.take(event);
      if (event.type === 'finish') return event.result;
      if (event.type === 'open' || event.type === 'close') parts.set(event.index, event.block);
      const part = event.type === 'delta' ? parts.get(event.index) : undefined;
      if (event.type === 'delta' && part?.type === 'text') {
        parts.set(event.index, { ...part, text: part.text + event.text });
      }
    }
  }
  throw new ChatError('upstream', 'The answer ended before it was complete.');
}

function writeRequest(messages: readonly Message[], wishes: Wishes): ChatRequest {
  const { model, system, effort, showThinking, schema } = wishes;
  const instructions: readonly Message[] =
    system === undefined ? [] : [{ role: 'system', content: [{ type: 'text', text: system }] }];
  return {
    model,
    messages: [...instructions, ...messages.map(({ role, content }) => ({ role, content }))],
    tools: [],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    stop: [],
    ...given({ effort }),
    ...(showThinking ? { thinking: { mode: 'adaptive', display: 'summarized' } } : {}),
    ...(schema === undefined ? {} : { format: { type: 'json-schema', name: 'answer', schema } }),
  };
}

function titleOf(content: readonly Block[]): string {
  const text = textOf(content).replaceAll(/\s+/g, ' ').trim();
  return text.length > 80 ? `${text.slice(0, 79)}…` : text || 'a file';
}

/** A text as a part of a question; nothing for none. */
export const textBlock = (text: string): readonly Block[] => (text === '' ? [] : [{ type: 'text', text }]);

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

const given = <T extends object>(object: T): Given<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>;
