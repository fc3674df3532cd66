import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultProfiles, type ListedProfile } from './account.ts';
import { createCredentials, createTokenBook, type EmulatorCredentials } from './credentials.ts';
import { defaultModels, type ListedModel } from './models.ts';
import { respond } from './respond.ts';
import { answerRequest, type World } from './routes.ts';
import type { ScriptedAnswer } from './script.ts';
import { type OpenRequest, readRequest, type SeenRequest, type Violation } from './seen.ts';

export type { EmulatorCredentials, ExternalCredential, IssuedCredential, OidcCredential } from './credentials.ts';
export type { Ending, HttpAnswer, ScriptedAnswer, Step, StreamAnswer, ToolStep } from './script.ts';
export type { SeenRequest, Violation } from './seen.ts';

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
  readonly limits?: EmulatorLimits;
  /** How many requests are remembered; all when left out. */
  readonly remember?: number;
  /** False: any bearer token is accepted. */
  readonly checkTokens?: boolean;
  readonly log?: (line: string) => void;
}

export interface EmulatorLimits {
  /** Bytes of a request body. */
  readonly body?: number;
  /** Input tokens of every model, in place of the listed ones. */
  readonly inputTokens?: number;
}

/** A sign-in poll's outcome. */
export type PollOutcome = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied' | 'authorized';

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

/** Starts the stand-in on a free port. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const book = createTokenBook(options.tokenLifetime ?? 3_600_000);
  const profiles = options.profiles ?? defaultProfiles;
  const requests: OpenRequest[] = [];
  const violations: Violation[] = [];
  const world: World = {
    url: '',
    book,
    profiles,
    models: options.models ?? defaultModels,
    dialects: options.dialects ?? ['runtime', 'q'],
    limits: options.limits ?? {},
    pace: options.pace ?? 0,
    checkTokens: options.checkTokens ?? true,
    scripted: new Map(),
    otherwise: undefined,
    polls: [],
  };

  const server = createServer((incoming, response) => {
    void (async () => {
      const request = await readRequest(incoming);
      requests.push(request);
      if (requests.length > (options.remember ?? Number.POSITIVE_INFINITY)) requests.shift();
      response.once('close', () => {
        request[response.writableFinished ? 'finishedAt' : 'closedAt'] = performance.now();
      });
      const answer = await answerRequest(request, world);
      violations.push(...request.violations);
      request.status = 'status' in answer ? answer.status : 200;
      options.log?.(`${request.operation} ${request.status}`);
      await respond(response, answer);
    })().catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  world.url = `http://${options.host ?? '127.0.0.1'}:${port}`;

  return {
    url: world.url,
    port,
    requests,
    violations,
    credentials: createCredentials(book, profiles[0]?.arn ?? '', world.url),
    next: (...answers) => script(world, 'GenerateAssistantResponse', answers),
    nextFor: (operation, ...answers) => script(world, operation, answers),
    otherwise(answer) {
      world.otherwise = answer;
    },
    polls: (...outcomes) => void world.polls.push(...outcomes),
    reset() {
      requests.length = 0;
      violations.length = 0;
      world.scripted.clear();
      world.otherwise = undefined;
      world.polls.length = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function script(world: World, operation: string, answers: readonly ScriptedAnswer[]): void {
  const queue = world.scripted.get(operation) ?? [];
  queue.push(...answers);
  world.scripted.set(operation, queue);
}
