import type { ChatRequest } from '../../core/chat.ts';
import { countChatGently } from './chat.ts';

/** The tokens of one request, counted once, while the service thinks. */
export interface InputCount {
  start(): void;
  ready(): Promise<number>;
}

/** Counts nothing until it is started or asked. */
export function createInputCount(chat: ChatRequest): InputCount {
  // A request can be large, and its answer takes long: once it is counted, nothing here holds it.
  let uncounted: ChatRequest | undefined = chat;
  let counting = Promise.resolve(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ready = (): Promise<number> => {
    clearTimeout(timer);
    if (uncounted !== undefined) counting = countChatGently(uncounted);
    uncounted = undefined;
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
