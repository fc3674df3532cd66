import { describe, expect, it } from 'vitest';
import { readFailure, readInvalidState } from '../../../src/kiro/answer/failure.ts';
import type { Frame } from '../../../src/wire/eventstream.ts';

function frame(name: string, body: unknown, headers: Record<string, string> = {}): Frame {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { head: { kind: 'exception', name, headers }, bytes, from: 0, to: bytes.length };
}

describe('an exception in a stream', () => {
  it.each([
    [
      frame('ThrottlingException', { message: 'Slow down.', retryAfterMilliseconds: 2500 }),
      { kind: 'rate', retryAfter: 2.5 },
    ],
    [frame('com.amazon#ThrottlingException', { message: 'Slow down.' }), { kind: 'rate' }],
    [frame('ThrottlingException', { reason: 'MONTHLY_REQUEST_COUNT', message: 'Used up.' }), { kind: 'quota' }],
    [
      frame('ValidationException', { reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD', message: 'Input is too long.' }),
      { kind: 'overflow' },
    ],
    [frame('ValidationException', { message: 'Improperly formed request.' }), { kind: 'invalid' }],
    [frame('AccessDeniedException', { message: 'No.' }), { kind: 'forbidden' }],
    [frame('InternalServerException', { message: 'Broken.' }), { kind: 'upstream' }],
    [frame('NeverHeardOf', { message: 'Strange.' }), { kind: 'upstream' }],
  ])('is the same as a refusal by HTTP: $head.name', (exception, expected) => {
    expect(readFailure(exception, 'up-1')).toMatchObject({ ...expected, upstreamId: 'up-1' });
  });

  it.each([
    [{ message: 'From the body.' }, { ':error-message': 'From the header.' }, 'From the body.'],
    [{ other: 1 }, { ':error-message': 'From the header.' }, 'From the header.'],
    ['Plain text.', {}, 'Plain text.'],
    ['null', {}, 'null'],
    [{ message: 7 }, {}, '{"message":7}'],
  ])('says what it says, wherever it does: %j %j', (body, headers, said) => {
    expect(
      readFailure(frame('InternalServerException', body, headers as Record<string, string>), undefined).message,
    ).toContain(said);
  });
});

describe('an invalid state', () => {
  it('is a failure of the service, with its words', () => {
    const error = readInvalidState({ reason: 'INVALID_STATE', message: 'Lost my way.' }, 'up-1');
    expect(error).toMatchObject({ kind: 'upstream', code: 'INVALID_STATE', upstreamId: 'up-1' });
    expect(error.message).toContain('Lost my way.');
    expect(readInvalidState({ reason: 7, message: {} }, undefined).message).toContain('invalidStateEvent');
  });
});
