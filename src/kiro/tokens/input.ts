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
      // The question goes out first.
      setImmediate(() => {
        counting ??= count();
      });
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
