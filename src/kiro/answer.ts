import type { Delta, Deltas } from '../core/assemble.ts';
import { ChatError } from '../core/errors.ts';
import { type Sink, through } from '../core/through.ts';
import { createDecoder, type Frame, FrameError } from '../wire/eventstream.ts';
import { type AnswerContext, createReader } from './answer/reader.ts';

export type { AnswerContext } from './answer/reader.ts';

/**
 * The deltas of an answer, frame by frame: how the network cut its bytes makes no difference. Ends with the usage and
 * the stop reason, as soon as the service has metered the answer.
 */
export function readAnswer(chunks: AsyncIterable<Uint8Array>, context: AnswerContext): Deltas {
  return through(chunks, next => createAnswer(context, next));
}

function createAnswer(context: AnswerContext, next: Sink<readonly Delta[]>): Sink<Uint8Array> {
  const decoder = createDecoder();
  const reader = createReader(context);
  let deltas: Delta[] = [];
  const take = (frame: Frame): boolean => reader.read(frame, deltas);
  const give = (): void => {
    const made = deltas;
    deltas = [];
    if (made.length > 0) next.push(made);
  };
  const end = (): void => {
    reader.end(deltas);
    give();
    next.end();
  };
  return {
    push(chunk) {
      context.onBytes?.();
      let isComplete = false;
      try {
        isComplete = decoder.read(chunk, take);
      } finally {
        give();
      }
      if (isComplete) end();
    },
    end() {
      decoder.end();
      end();
    },
    fail(thrown) {
      // What came before a failure still reaches the client, also what was held back.
      reader.flush(deltas);
      give();
      return next.fail(toUpstream(thrown));
    },
  };
}

function toUpstream(thrown: unknown): unknown {
  if (!(thrown instanceof FrameError)) return thrown;
  const message = `The answer of Kiro arrived damaged: ${thrown.message} Try again.`;
  return new ChatError('upstream', message, { code: 'DAMAGED_STREAM', cause: thrown });
}
