import { ChatError } from '../core/errors.ts';

/** The error for a body of more bytes than this, packed or not. */
export function tooLarge(most: number): ChatError {
  const megabytes = Math.round((most / 1024 / 1024) * 10) / 10;
  return new ChatError('too-large', `The request body is larger than ${megabytes} MB. MAX_BODY_MB allows more.`);
}
