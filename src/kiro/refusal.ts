import { ChatError, type ErrorDetails, type ErrorKind } from '../core/errors.ts';

/** What the service said when it refused a call, by HTTP or inside a stream. */
export interface RefusalSigns {
  readonly status: number;
  /** The exception's bare name. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  readonly upstreamId?: string | undefined;
}

/** What may be done about a failure before any output. */
export type Remedy =
  | 'none'
  /** Refresh the token, once. */
  | 'renew'
  /** Send no reasoning, once. */
  | 'without-reasoning'
  /** Send no additional fields, once. */
  | 'without-fields'
  /** Ask the other host. */
  | 'endpoint'
  | 'capacity'
  | 'rate'
  | 'transient';

/** What may be done about a failure. */
export function remedyOf({ kind, code }: ChatError): Remedy {
  return byCode.get(code ?? '') ?? byKind[kind] ?? 'none';
}

/** The service's refusal as an error for the client. Decides by status, type and reason; by text only where it has none. */
export function toRefusal(signs: RefusalSigns): ChatError {
  const rule = rules.find(candidate => candidate.fits(signs));
  const { kind, code, say } = rule ?? { kind: 'invalid' as const, code: undefined, say: refused };
  const details: ErrorDetails = {
    code: code ?? (signs.reason || signs.type || `HTTP_${signs.status}`),
    ...(signs.retryAfter === undefined ? {} : { retryAfter: signs.retryAfter }),
    ...(signs.upstreamId === undefined ? {} : { upstreamId: signs.upstreamId }),
  };
  const id = signs.upstreamId === undefined || kind === 'overflow' ? '' : ` (Kiro request ${signs.upstreamId})`;
  return new ChatError(kind, say(quote(signs)) + id, details);
}

/** An exception inside a stream has no status: its type stands for one. */
export function statusOf(type: string): number {
  return statuses.get(type) ?? 500;
}

// One line, bounded: it goes into logs and to clients.
function quote({ message, reason, type, status }: RefusalSigns): string {
  const text = message.replace(/\s+/g, ' ').trim().slice(0, 500);
  return text || reason || type || `HTTP status ${status}`;
}

interface Rule {
  readonly fits: (signs: RefusalSigns) => boolean;
  readonly kind: ErrorKind;
  readonly code?: string;
  readonly say: (text: string) => string;
}

const quotas = [
  'MONTHLY_REQUEST_COUNT',
  'DAILY_REQUEST_COUNT',
  'OVERAGE_REQUEST_LIMIT_EXCEEDED',
  'CONVERSATION_LIMIT_EXCEEDED',
];
const capacities = ['INSUFFICIENT_MODEL_CAPACITY', 'MODEL_TEMPORARILY_UNAVAILABLE'];
const tokenTypes = ['ExpiredTokenException', 'UnrecognizedClientException', 'UnauthorizedException'];
const tokenTexts = /^(The bearer token included in the request is invalid|Token expired|The security token included)/i;

const refused = (text: string): string => `Kiro refused the request: ${text}`;
const failed = (text: string): string => `Kiro failed: ${text}`;
const signIn = (text: string): string => `Kiro refused the sign-in of the gateway: ${text} Run: kiro-gw login`;

const rules: readonly Rule[] = [
  {
    fits: ({ status, reason }) => status === 402 || quotas.includes(reason),
    kind: 'quota',
    say: text => `The Kiro allowance is used up: ${text} See: kiro-gw usage`,
  },
  {
    fits: ({ reason }) => reason === 'TEMPORARILY_SUSPENDED',
    kind: 'suspended',
    say: text => `Kiro has suspended the account: ${text}`,
  },
  {
    fits: ({ status, reason, message }) =>
      reason === 'CONTENT_LENGTH_EXCEEDS_THRESHOLD' ||
      (status === 400 && /^(Input is too long|Context window is full)/i.test(message)),
    kind: 'overflow',
    say: () => 'prompt is too long',
  },
  { fits: ({ reason }) => reason === 'INVALID_MODEL_ID', kind: 'unknown-model', say: refused },
  { fits: ({ reason }) => reason === 'THINKING_SIGNATURE_INVALID', kind: 'invalid', say: refused },
  {
    fits: ({ status, message }) =>
      status === 400 &&
      /^additionalModelRequestFields is not supported|is not defined in the schema/i.test(message.trim()),
    kind: 'invalid',
    code: 'MODEL_FIELDS_REFUSED',
    say: refused,
  },
  {
    fits: ({ status, message }) =>
      (status === 400 || status === 403) && /^(profileArn is required|Invalid profileArn)/i.test(message.trim()),
    kind: 'login',
    code: 'PROFILE_REFUSED',
    say: text => `Kiro does not accept the profile of the account: ${text} Run: kiro-gw login, or set PROFILE_ARN.`,
  },
  {
    fits: ({ status, type, message }) =>
      status === 401 || (status === 403 && (tokenTypes.includes(type) || tokenTexts.test(message.trim()))),
    kind: 'login',
    code: 'TOKEN_REFUSED',
    say: signIn,
  },
  { fits: ({ status }) => status === 403, kind: 'forbidden', say: text => `Kiro does not allow this: ${text}` },
  {
    fits: ({ status, reason, message }) =>
      capacities.includes(reason) || (status >= 500 && /unexpectedly high load/i.test(message)),
    kind: 'overloaded',
    say: text => `Kiro has no capacity for this model now: ${text}`,
  },
  { fits: ({ status }) => status === 429, kind: 'rate', say: text => `Kiro asks to slow down: ${text}` },
  {
    fits: ({ status, type }) => status === 404 || type === 'UnknownOperationException',
    kind: 'upstream',
    code: 'UNKNOWN_OPERATION',
    say: text => `This Kiro host does not know the call: ${text} Try KIRO_ENDPOINT=auto.`,
  },
  { fits: ({ status }) => status === 413, kind: 'too-large', say: refused },
  { fits: ({ status }) => status === 504 || status === 408 || status === 524, kind: 'timeout', say: failed },
  { fits: ({ status }) => status >= 500 || status < 400, kind: 'upstream', say: failed },
];

const byCode: ReadonlyMap<string, Remedy> = new Map([
  ['TOKEN_REFUSED', 'renew'],
  ['PROFILE_REFUSED', 'renew'],
  ['THINKING_SIGNATURE_INVALID', 'without-reasoning'],
  ['MODEL_FIELDS_REFUSED', 'without-fields'],
  ['UNKNOWN_OPERATION', 'endpoint'],
]);
const byKind: Readonly<Partial<Record<ErrorKind, Remedy>>> = {
  overloaded: 'capacity',
  rate: 'rate',
  upstream: 'transient',
  network: 'transient',
  timeout: 'transient',
};
const statuses: ReadonlyMap<string, number> = new Map([
  ['ValidationException', 400],
  ['UnauthorizedException', 401],
  ['ExpiredTokenException', 401],
  ['ServiceQuotaExceededException', 402],
  ['AccessDeniedException', 403],
  ['ThrottlingException', 429],
  ['ServiceUnavailableException', 503],
]);
