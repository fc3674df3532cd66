import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultProfiles, type ListedProfile } from './account.ts';
import { answerRequest } from './answer.ts';
import { createCredentials, createTokenBook, type EmulatorCredentials } from './credentials.ts';
import { defaultModels, type ListedModel } from './models.ts';
import { respond } from './respond.ts';
import type { ScriptedAnswer } from './script.ts';
import { type OpenRequest, readRequest, type SeenRequest, type Violation } from './seen.ts';
import { addScript, type EmulatorLimits, type PollOutcome, type State } from './state.ts';

export type { ListedProfile } from './account.ts';
export type { EmulatorCredentials, ExternalCredential, IssuedCredential, OidcCredential } from './credentials.ts';
export type { ListedModel } from './models.ts';
export type { Ending, HttpAnswer, ScriptedAnswer, Step, StreamAnswer, ToolStep } from './script.ts';
export type { SeenRequest, Violation } from './seen.ts';
export type { EmulatorLimits, PollOutcome } from './state.ts';

/** How an emulator differs from the service at its usual. */
export interface EmulatorOptions {
  readonly host?: string;
  readonly port?: number;
  /** Milliseconds between the chunks of an answer that nobody scripted. */
  readonly pace?: number;
  /** Milliseconds an access token lives; one hour when left out. */
  readonly tokenLifetime?: number;
  /** Which forms of the service answer; the other one says 404 or `UnknownOperationException`. */
  readonly dialects?: readonly ('runtime' | 'q')[];
  readonly models?: readonly ListedModel[];
  readonly profiles?: readonly ListedProfile[];
  /** The most entries on one page of a listing; 8 when left out. */
  readonly pageSize?: number;
  readonly limits?: EmulatorLimits;
  /** False: a refresh gives no new refresh token, and the old one stays good. */
  readonly rotate?: boolean;
  /** Seconds a device sign-in asks to wait between polls; 1 when left out. */
  readonly pollInterval?: number;
  /** How many requests are remembered; all when left out. */
  readonly remember?: number;
  /** False: any bearer token is accepted. */
  readonly checkTokens?: boolean;
  /** False: no rule is checked. */
  readonly enforce?: boolean;
  /** Milliseconds since 1970, by which tokens expire; the machine's clock when left out. */
  readonly now?: () => number;
  readonly log?: (line: string) => void;
}

/** A local stand-in for the Kiro service: strict about requests, scripted in answers. */
export interface Emulator {
  /** `http://127.0.0.1:port`; every host of the service is served here. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  readonly violations: readonly Violation[];
  readonly credentials: EmulatorCredentials;
  /** Answers of the next inference calls, in order; then it answers by itself again. */
  next(...answers: readonly ScriptedAnswer[]): void;
  /** Answers of the next calls of any operation, by the name in `SeenRequest.operation`. */
  nextFor(operation: string, ...answers: readonly ScriptedAnswer[]): void;
  /** Answers every inference call that `next` does not; undefined lets it answer by itself. */
  otherwise(answer: ScriptedAnswer | ((request: SeenRequest) => ScriptedAnswer | undefined) | undefined): void;
  /** Outcomes of the next polls of device sign-ins; then `authorized`. */
  polls(...outcomes: readonly PollOutcome[]): void;
  /** Forgets requests, violations and scripted answers; tokens stay. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the stand-in, on a free port unless one is given. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state = createState(options);
  const requests: OpenRequest[] = [];
  const violations: Violation[] = [];
  const remember = options.remember ?? Number.POSITIVE_INFINITY;

  const server = createServer((incoming, response) => {
    const handle = async (): Promise<void> => {
      const request = await readRequest(incoming);
      requests.push(request);
      if (requests.length > remember) requests.shift();
      const answer = answerRequest(request, state);
      violations.push(...request.violations);
      request.status = 'status' in answer ? answer.status : 200;
      options.log?.(`${request.operation || `${request.method} ${request.path}`} ${request.status}`);
      await respond(response, request, answer);
    };
    handle().catch(() => response.destroy());
  });
  const host = options.host ?? '127.0.0.1';
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  state.url = `http://${host}:${port}`;

  return {
    url: state.url,
    port,
    requests,
    violations,
    credentials: createCredentials(state.book, state.profiles[0]?.arn ?? '', state.url),
    next: (...answers) => addScript(state, 'GenerateAssistantResponse', answers),
    nextFor: (operation, ...answers) => addScript(state, operation, answers),
    otherwise(answer) {
      state.otherwise = answer;
    },
    polls: (...outcomes) => void state.polls.push(...outcomes),
    reset() {
      requests.length = 0;
      violations.length = 0;
      state.scripted.clear();
      state.otherwise = undefined;
      state.polls.length = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function createState(options: EmulatorOptions): State {
  const now = options.now ?? Date.now;
  return {
    url: '',
    now,
    book: createTokenBook(options.tokenLifetime ?? 3_600_000, now),
    profiles: options.profiles ?? defaultProfiles,
    models: options.models ?? defaultModels,
    pageSize: options.pageSize ?? 8,
    dialects: options.dialects ?? ['runtime', 'q'],
    limits: options.limits ?? {},
    pace: options.pace ?? 0,
    checkTokens: options.checkTokens ?? true,
    enforce: options.enforce ?? true,
    rotate: options.rotate ?? true,
    pollInterval: options.pollInterval ?? 1,
    scripted: new Map(),
    otherwise: undefined,
    polls: [],
    devices: new Map(),
    codes: new Map(),
    spent: 0,
  };
}
