import type { LoginKind } from '../credentials.ts';
import type { SeenRequest } from '../seen.ts';
import type { Breach, Rules } from './rule.ts';

/** A call to the service and who makes it; `login` is undefined where tokens are not checked. */
export interface SignedCall {
  readonly request: SeenRequest;
  readonly login: LoginKind | undefined;
}

/** Rules about the headers of every call. */
export const headerRules: Rules<SignedCall> = {
  '1 content-type': checkContentType,
  '1 user-agent': checkUserAgent,
  '1 opt-out': checkOptOut,
  '1 invocation': checkInvocation,
  '1 attempt': checkAttempt,
  '1 token-type': checkTokenType,
  '1 agent-mode': checkAgentMode,
};

function* checkContentType({ request }: SignedCall): Iterable<Breach> {
  if (request.method === 'GET') return;
  const expected = request.dialect === 'runtime' ? 'application/x-amz-json-1.0' : 'application/json';
  if (request.headers['content-type'] !== expected) yield breach('content-type', `must be ${expected}`);
}

function* checkUserAgent({ request }: SignedCall): Iterable<Breach> {
  for (const name of ['user-agent', 'x-amz-user-agent']) {
    const value = request.headers[name] ?? '';
    if (value === '') yield breach(name, 'is missing');
    else if (/^(node|undici|Bun\/\S+)$/.test(value)) yield breach(name, 'names the HTTP library, not the program');
  }
}

function* checkOptOut({ request }: SignedCall): Iterable<Breach> {
  const name = 'x-amzn-codewhisperer-optout';
  if (request.headers[name] !== 'true') yield breach(name, 'must be true');
}

function* checkInvocation({ request }: SignedCall): Iterable<Breach> {
  const name = 'amz-sdk-invocation-id';
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  if (!uuid.test(request.headers[name] ?? '')) yield breach(name, 'must be a UUID');
}

function* checkAttempt({ request }: SignedCall): Iterable<Breach> {
  const name = 'amz-sdk-request';
  const [, attempt, max] = /^attempt=([1-9]\d*); max=([1-9]\d*)$/.exec(request.headers[name] ?? '') ?? [];
  if (attempt === undefined) yield breach(name, 'must be attempt=N; max=M');
  else if (Number(attempt) > Number(max)) yield breach(name, 'counts more attempts than it allows');
}

function* checkTokenType({ request, login }: SignedCall): Iterable<Breach> {
  if (login === undefined) return;
  const expected = login === 'api-key' ? 'API_KEY' : login === 'external' ? 'EXTERNAL_IDP' : undefined;
  if (request.headers['tokentype'] !== expected) {
    yield breach('TokenType', expected === undefined ? 'must be left out for this login' : `must be ${expected}`);
  }
}

function* checkAgentMode({ request }: SignedCall): Iterable<Breach> {
  if (request.dialect !== 'q' || request.operation !== 'GenerateAssistantResponse') return;
  const name = 'x-amzn-kiro-agent-mode';
  if (request.headers[name] !== 'vibe') yield breach(name, 'must be vibe');
}

const breach = (name: string, message: string): Breach => ({ path: `header ${name}`, message });
