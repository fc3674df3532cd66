import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Delta, Deltas } from '../../../src/core/assemble.ts';
import type { Answer, ChatEvent, ChatRequest, ChatResult } from '../../../src/core/chat.ts';
import type { Log } from '../../../src/core/log.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/emulator.ts';
import { type Auth, createAuth } from '../../../src/kiro/auth/auth.ts';
import { createKiro, type Kiro, type KiroOptions } from '../../../src/kiro/client.ts';
import type { Clock } from '../../../src/kiro/clock.ts';
import { type Connection, createConnection } from '../../../src/kiro/connection.ts';
import type { KiroSettings } from '../../../src/kiro/settings.ts';
import { createTransport, type TransportOptions } from '../../../src/kiro/transport.ts';

export interface Rig {
  readonly emulator: Emulator;
  readonly kiro: Kiro;
  readonly auth: Auth;
  readonly connection: Connection;
  readonly log: readonly { readonly message: string; readonly fields?: object }[];
  /** The inference calls that the emulator saw. */
  asked(): number;
}

export interface RigOptions {
  readonly emulator?: EmulatorOptions;
  readonly settings?: Partial<KiroSettings>;
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string>>;
  readonly withApiKey?: boolean;
  readonly transport?: TransportOptions;
  readonly endpoint?: 'auto' | 'runtime' | 'q';
  readonly more?: Partial<KiroOptions>;
}

/** The client on an emulator of its own, with a social sign-in; all of it ends with the test. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const emulator = await startEmulator(options.emulator);
  const transport = createTransport(options.transport);
  const log: { message: string; fields?: object }[] = [];
  const keep = (message: string, fields?: object): void => void log.push({ message, ...(fields ? { fields } : {}) });
  const logger: Log = { debug: keep, info: keep, warn: keep, error: keep };
  const connection = createConnection({
    transport,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    version: '0.0.0',
    platform: 'linux',
    runtimeVersion: '1.4.5',
    endpoint: options.endpoint ?? 'auto',
    runtimeUrl: emulator.url,
    managementUrl: emulator.url,
  });
  const home = mkdtempSync(join(tmpdir(), 'kiro-gw-test-'));
  const social = emulator.credentials.social();
  const signIn = options.withApiKey
    ? { KIRO_API_KEY: emulator.credentials.apiKey().accessToken }
    : { REFRESH_TOKEN: social.refreshToken, PROFILE_ARN: social.profileArn };
  const auth = createAuth({
    env: options.env ?? signIn,
    home,
    platform: 'linux',
    configDir: join(home, 'config'),
    transport,
    log: logger,
    now: Date.now,
    listProfiles: connection.listProfiles,
    authUrl: emulator.url,
    oidcUrl: emulator.url,
  });
  const kiro = createKiro({
    auth,
    connection,
    log: logger,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    settings: { baseRetryDelay: 1, rateBackoff: 1, ...options.settings },
    ...options.more,
  });
  onTestFinished(async () => {
    await auth.close();
    await transport.close();
    await emulator.close();
  });
  const asked = (): number =>
    emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse').length;
  return { emulator, kiro, auth, connection, log, asked };
}

export const never = new AbortController().signal;

/** A question with nothing special. */
export function chatOf(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'claude-sonnet-4.5',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    stop: [],
    ...more,
  };
}

export async function readEvents(answer: Answer): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const batch of answer.events) events.push(...batch);
  return events;
}

export async function readResult(answer: Answer): Promise<ChatResult> {
  const last = (await readEvents(answer)).at(-1);
  if (last?.type !== 'finish') throw new Error('The answer has no finish.');
  return last.result;
}

export async function readDeltas(deltas: Deltas): Promise<readonly Delta[]> {
  const all: Delta[] = [];
  for await (const batch of deltas) all.push(...batch);
  return all;
}
