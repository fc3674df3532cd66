import type { Delta, Deltas } from '../core/assemble.ts';
import { ChatError } from '../core/errors.ts';
import { type Frame, FrameError } from '../wire/eventstream.ts';
import { type AnswerContext, createReader } from './answer/reader.ts';

export type { AnswerContext } from './answer/reader.ts';

/**
 * The deltas of an answer, frame by frame: how the network cut the frames makes no difference. Ends with the usage and
 * the stop reason, as soon as the service has metered the answer.
 */
export async function* readAnswer(frames: AsyncIterable<readonly Frame[]>, context: AnswerContext): Deltas {
  const reader = createReader(context);
  try {
    for await (const batch of frames) {
      const out: Delta[] = [];
      let failure: unknown;
      let complete = false;
      try {
        for (const frame of batch) {
          complete = reader.read(frame, out);
          if (complete) break;
        }
      } catch (thrown) {
        failure = thrown;
      }
      // What came before a failure still reaches the client.
      if (out.length > 0) yield out;
      if (failure !== undefined) throw failure;
      if (complete) break;
    }
  } catch (thrown) {
    throw toUpstream(thrown);
  }
  const last: Delta[] = [];
  reader.end(last);
  yield last;
}

function toUpstream(thrown: unknown): unknown {
  if (!(thrown instanceof FrameError)) return thrown;
  const message = `The answer of Kiro arrived damaged: ${thrown.message} Try again.`;
  return new ChatError('upstream', message, { code: 'DAMAGED_STREAM', cause: thrown });
}
