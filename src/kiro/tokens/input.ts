import type { ChatRequest } from '../../core/chat.ts';
import { countChatGently } from './chat.ts';

/** The tokens of one request, counted once, while the service thinks. */
export interface InputCount {
  start(): void;
  ready(): Promise<number>;
}

/** Counts nothing until it is started or asked. */
export function createInputCount(chat: ChatRequest): InputCount {
  let counting: Promise<number> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ready = (): Promise<number> => {
    clearTimeout(timer);
    counting ??= countChatGently(chat);
    return counting;
  };
  return {
    start() {
      // A large question takes several writes to go out, and none of them is to wait for this.
      timer = setTimeout(ready, headStart);
    },
    ready,
  };
}

/** Milliseconds; the service takes far longer to say its first word. */
const headStart = 20;
