import { crc32 } from 'node:zlib';
import type { ScriptedAnswer, Step, StreamAnswer } from '../../src/emulator/emulator.ts';

/** What a client must be told, by the service's error table. */
export type Failure =
  | 'overflow'
  | 'model'
  | 'invalid'
  | 'login'
  | 'suspended'
  | 'forbidden'
  | 'quota'
  | 'rate'
  | 'capacity'
  | 'failed'
  | 'timeout';

/** One way in which the service can go wrong. */
export interface Fault {
  readonly name: string;
  /** The answer that goes wrong before this frame of a good one; for refusals there is no such place. */
  answer(good: readonly Step[], place: number): ScriptedAnswer;
  /** What it is; undefined when a client must not notice it. */
  readonly failure?: Failure;
  /** Whether it may pass when the same is asked again. */
  readonly passes: boolean;
  /** Ends without a word: where content came before, that is a cut answer. */
  readonly isSilent?: true;
}

const at = (good: readonly Step[], place: number, ...steps: readonly Step[]): StreamAnswer => ({
  steps: [...good.slice(0, place), ...steps, ...good.slice(place)],
  ending: false,
  write: 'frame',
});

/** Refusals by HTTP: they come in place of an answer. */
export const refusals: readonly Fault[] = [
  refusal(400, { reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD', message: 'Input is too long.' }, 'overflow', false),
  refusal(400, { message: 'Context window is full' }, 'overflow', false),
  refusal(400, { reason: 'INVALID_MODEL_ID', message: 'No such model.' }, 'model', false),
  refusal(400, { reason: 'REQUEST_BODY_INVALID', message: 'Improperly formed request.' }, 'invalid', false),
  refusal(400, { reason: null, message: 'Improperly formed request.' }, 'invalid', false),
  refusal(400, { reason: 'THINKING_SIGNATURE_INVALID', message: 'No.' }, 'invalid', true),
  refusal(403, { reason: 'TEMPORARILY_SUSPENDED', message: 'Suspended.' }, 'suspended', false),
  refusal(403, { reason: 'FEATURE_NOT_SUPPORTED', message: 'No.' }, 'forbidden', false),
  refusal(402, { message: 'Pay.' }, 'quota', false),
  refusal(429, { reason: 'MONTHLY_REQUEST_COUNT', message: 'Used up.' }, 'quota', false),
  refusal(429, { reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED', message: 'Used up.' }, 'quota', false),
  refusal(429, { reason: 'INSUFFICIENT_MODEL_CAPACITY', message: 'Busy.' }, 'capacity', true),
  refusal(503, { reason: 'MODEL_TEMPORARILY_UNAVAILABLE', message: 'Busy.' }, 'capacity', true),
  refusal(500, { message: 'Broken.' }, 'failed', true),
  refusal(502, '<html><body>Bad gateway</body></html>', 'failed', true),
  refusal(503, '', 'failed', true),
  refusal(504, '{"message":', 'timeout', true),
  refusal(524, 'A timeout occurred', 'timeout', true),
  refusal(302, {}, 'failed', true, { location: 'http://127.0.0.1:1/' }),
];

/** Refusals of the token: few, for a token that is refused however often it is renewed is not renewed again and again. */
export const logins: readonly Fault[] = [
  refusal(401, { message: 'Token expired' }, 'login', true),
  refusal(403, { message: 'The bearer token included in the request is invalid.' }, 'login', true),
];

/** Refusals after which all requests of the account wait together. */
export const rates: readonly Fault[] = [
  refusal(429, { reason: 'CREDIT_CONSUMPTION_RATE_EXCEEDED', retryAfterMilliseconds: 10 }, 'rate', true),
  refusal(429, { reason: 'USER_REQUEST_RATE_EXCEEDED', message: 'Slow down.' }, 'rate', true, { 'retry-after': '0' }),
  refusal(429, { message: 'Slow down.' }, 'rate', true, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
  exception('ThrottlingException', 'rate', true),
];

/** Everything that can happen inside a stream. */
export const faults: readonly Fault[] = [
  exception('ValidationException', 'invalid', false),
  exception('AccessDeniedException', 'forbidden', false),
  exception('ServiceQuotaExceededException', 'quota', false),
  exception('InternalServerException', 'failed', true),
  exception('ServiceUnavailableException', 'failed', true),
  exception('SomethingNewException', 'failed', true),
  step('an error frame', { error: 'InternalFailure', message: 'Broken.' }),
  step('an invalid state', { event: 'invalidStateEvent', payload: { reason: 'INVALID', message: 'Broken.' } }),
  step('a cut connection', { cut: true }),
  { ...step('an early end', { end: true }), isSilent: true },
  { ...step('silence', { hang: true }), failure: 'timeout' },
  step('bytes that are no frame', { garbage: 'HTTP/1.1 500 Internal Server Error\r\n\r\n' }),
  step('a frame larger than any', { garbage: prelude(0x7fffffff, 0) }),
  step('a frame smaller than any', { garbage: prelude(3, 0) }),
  step('headers longer than their frame', { garbage: prelude(64, 60) }),
  step('an event that is no JSON', { event: 'assistantResponseEvent', payload: '{"content":' }),
  step('an event that is no object', { event: 'toolUseEvent', payload: '[]' }),
  ...[3, 9, 30, -9, -2].map(
    (place): Fault => ({
      name: `a flipped bit at ${place} of a frame`,
      failure: 'failed',
      passes: true,
      answer: (good, number) => ({ ...at(good, good.length), corrupt: positionIn(good, number, place) }),
    }),
  ),
  ...[2, 11, 40, -1].map(
    (place): Fault => ({
      name: `an end at ${place} of a frame`,
      failure: 'failed',
      passes: true,
      isSilent: true,
      answer: (good, number) => ({ ...at(good, good.length), truncate: positionIn(good, number, place) }),
    }),
  ),
  harmless('an unknown event', { event: 'somethingNewEvent', payload: { a: [1, null] } }),
  harmless('an event without members', { event: 'assistantResponseEvent', payload: {} }),
  harmless('an event of null members', { event: 'assistantResponseEvent', payload: { content: null } }),
  harmless('a pause', { pause: 40 }),
  harmless('a connection that stays open', { pause: 0 }, { linger: 60_000 }),
  harmless('bytes one by one', { pause: 0 }, { write: 'byte' }),
];

function refusal(
  status: number,
  body: object | string,
  failure: Failure,
  passes: boolean,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  const word = typeof body === 'string' ? body.slice(0, 12) : Object.values(body).join(' ');
  const name = `status ${status} ${word} ${Object.values(headers).join(' ')}`.trim();
  return { name, failure, passes, answer: () => ({ status, body, headers }) };
}

function exception(type: string, failure: Failure, passes: boolean): Fault {
  const payload = { message: 'It did not work.', ...(failure === 'rate' ? { retryAfterMilliseconds: 10 } : {}) };
  return { ...step(type, { exception: type, payload }), failure, passes };
}

function step(name: string, wrong: Step): Fault {
  return { name, failure: 'failed', passes: true, answer: (good, place) => at(good, place, wrong) };
}

function harmless(name: string, extra: Step, more: Partial<StreamAnswer> = {}): Fault {
  return { name, passes: true, answer: (good, place) => ({ ...at(good, place, extra), ...more }) };
}

/** The head of a frame, with a good checksum. */
function prelude(total: number, headers: number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headers, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

/** Where in the whole stream a byte of one frame stands; negative counts from the frame's end. */
function positionIn(good: readonly Step[], number: number, place: number): number {
  const sizes = good.map(sizeOf);
  if (number >= sizes.length) return Number.MAX_SAFE_INTEGER;
  const before = sizes.slice(0, number).reduce((sum, size) => sum + size, 0);
  const size = sizes[number] ?? 0;
  return before + (place < 0 ? size + place : Math.min(place, size - 1));
}

function sizeOf(step: Step): number {
  if (typeof step === 'string' || !('event' in step)) throw new Error('Only events have a size here.');
  return frameOverhead(step.event) + Buffer.byteLength(JSON.stringify(step.payload));
}

// Prelude and checksum, and three text headers.
const frameOverhead = (event: string): number => {
  const headers = { ':message-type': 'event', ':event-type': event, ':content-type': 'application/json' };
  return 16 + Object.entries(headers).reduce((sum, [name, value]) => sum + 4 + name.length + value.length, 0);
};
