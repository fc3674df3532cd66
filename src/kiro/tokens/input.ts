import type { ChatRequest } from '../../core/chat.ts';
import { countChat, countChatGently } from './chat.ts';

/** The tokens of one request, counted once, while the service thinks. */
export interface InputCount {
  start(): void;
  ready(): Promise<number>;
  /** Counts at once if it is not done yet. */
  now(): number;
}

export function createInputCount(chat: ChatRequest): InputCount {
  let counted: number | undefined;
  let counting: Promise<number> | undefined;
  const count = async (): Promise<number> => {
    const tokens = await countChatGently(chat);
    counted ??= tokens;
    return counted;
  };
  return {
    start() {
      // A large question takes several writes to go out, and none of them is to wait for this.
      setTimeout(() => {
        counting ??= count();
      }, headStart);
    },
    async ready() {
      counting ??= count();
      return counting;
    },
    now() {
      counted ??= countChat(chat);
      return counted;
    },
  };
}

/** Milliseconds; the service takes far longer to say its first word. */
const headStart = 20;
