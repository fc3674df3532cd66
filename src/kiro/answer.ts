import type { Delta, Deltas } from '../core/assemble.ts';
import { ChatError } from '../core/errors.ts';
import { type Frame, FrameError } from '../wire/eventstream.ts';
import { type AnswerContext, createReader, type Reader } from './answer/reader.ts';

export type { AnswerContext } from './answer/reader.ts';

/**
 * The deltas of an answer, frame by frame: how the network cut the frames makes no difference. Ends with the usage and
 * the stop reason, as soon as the service has metered the answer.
 */
export async function* readAnswer(frames: AsyncIterable<readonly Frame[]>, context: AnswerContext): Deltas {
  const reader = createReader(context);
  try {
    for await (const batch of frames) {
      const { deltas, end } = readBatch(reader, batch);
      if (deltas.length > 0) yield deltas;
      if (end === 'complete') break;
      if (end !== undefined) throw end.failure;
    }
  } catch (thrown) {
    // What came before a failure still reaches the client, also what was held back.
    const rest: Delta[] = [];
    reader.flush(rest);
    if (rest.length > 0) yield rest;
    throw toUpstream(thrown);
  }
  const last: Delta[] = [];
  reader.end(last);
  yield last;
}

interface BatchReading {
  readonly deltas: readonly Delta[];
  readonly end?: 'complete' | { readonly failure: unknown };
}

function readBatch(reader: Reader, batch: readonly Frame[]): BatchReading {
  const deltas: Delta[] = [];
  try {
    for (const frame of batch) if (reader.read(frame, deltas)) return { deltas, end: 'complete' };
  } catch (failure) {
    return { deltas, end: { failure } };
  }
  return { deltas };
}

function toUpstream(thrown: unknown): unknown {
  if (!(thrown instanceof FrameError)) return thrown;
  const message = `The answer of Kiro arrived damaged: ${thrown.message} Try again.`;
  return new ChatError('upstream', message, { code: 'DAMAGED_STREAM', cause: thrown });
}
