import type { Delta, Deltas } from '../core/assemble.ts';
import { ChatError } from '../core/errors.ts';
import { type Sink, through } from '../core/through.ts';
import { createDecoder, type Frame, FrameError } from '../wire/eventstream.ts';
import { type AnswerContext, createReader, type Reader } from './answer/reader.ts';

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
  const end = (): void => {
    const last: Delta[] = [];
    reader.end(last);
    next.push(last);
    next.end();
  };
  return {
    push(chunk) {
      context.onBytes?.();
      const { frames, broken } = decoder.read(chunk);
      const { deltas, isComplete, failure } = readBatch(reader, frames);
      if (deltas.length > 0) next.push(deltas);
      if (isComplete) end();
      else if (failure !== undefined) throw failure;
      else if (broken !== undefined) throw broken;
    },
    end() {
      decoder.end();
      end();
    },
    fail(thrown) {
      // What came before a failure still reaches the client, also what was held back.
      const rest: Delta[] = [];
      reader.flush(rest);
      if (rest.length > 0) next.push(rest);
      return next.fail(toUpstream(thrown));
    },
  };
}

interface BatchReading {
  readonly deltas: readonly Delta[];
  readonly isComplete: boolean;
  readonly failure?: unknown;
}

function readBatch(reader: Reader, frames: readonly Frame[]): BatchReading {
  const deltas: Delta[] = [];
  try {
    for (const frame of frames) if (reader.read(frame, deltas)) return { deltas, isComplete: true };
  } catch (failure) {
    return { deltas, isComplete: false, failure };
  }
  return { deltas, isComplete: false };
}

function toUpstream(thrown: unknown): unknown {
  if (!(thrown instanceof FrameError)) return thrown;
  const message = `The answer of Kiro arrived damaged: ${thrown.message} Try again.`;
  return new ChatError('upstream', message, { code: 'DAMAGED_STREAM', cause: thrown });
}
