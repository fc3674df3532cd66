/** Bytes that are no event stream, or not all of one. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}
