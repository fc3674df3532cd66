import { randomUUID } from 'node:crypto';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { decodeFrames } from '../support/frames.ts';

// Requests as the document of the service describes them, written by hand.

export const profileArn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/EMULATOR0001';

type Members = Record<string, unknown>;

/** The headers that every call needs. */
export function headers(accessToken: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const agent =
    'aws-sdk-js/1.0.0 ua/2.1 os/linux lang/js md/bun#1.4.5 api/codewhispererstreaming#1.0.0 m/E kiro-gw/0.1.0';
  return {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/x-amz-json-1.0',
    'user-agent': agent,
    'x-amz-user-agent': agent,
    'x-amzn-codewhisperer-optout': 'true',
    'amz-sdk-invocation-id': randomUUID(),
    'amz-sdk-request': 'attempt=1; max=3',
    ...more,
  };
}

export const user = (content: string, more: Members = {}): Members => ({
  userInputMessage: { content, modelId: 'claude-sonnet-4.5', origin: 'AI_EDITOR', ...more },
});
export const assistant = (content: string, more: Members = {}): Members => ({
  assistantResponseMessage: { content, ...more },
});
export const use = (toolUseId: string, name = 'read', input: object = {}): Members => ({ toolUseId, name, input });
export const result = (toolUseId: string, text = 'fine'): Members => ({
  toolUseId,
  status: 'success',
  content: [{ text }],
});
export const tool = (name = 'read', more: Members = {}): Members => ({
  toolSpecification: {
    name,
    description: 'Reads a file',
    inputSchema: { json: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } },
    ...more,
  },
});

/** An inference body; `more` replaces members of the body, `state` those of the conversation. */
export function question(current: Members, history: readonly Members[] = [], more: Members = {}): Members {
  return {
    conversationState: {
      conversationId: '7b1f4a4e-3d4f-5a6b-8c7d-9e0f1a2b3c4d',
      agentContinuationId: 'd0c0ffee-0000-4000-8000-000000000000',
      agentTaskType: 'vibe',
      chatTriggerType: 'MANUAL',
      ...(history.length === 0 ? {} : { history }),
      currentMessage: current,
    },
    profileArn,
    ...more,
  };
}

/** A conversation in which a tool was used: its question, its use, and the result as the current message. */
export function toolTurn(
  use_: Members = use('t1'),
  result_: Members = result('t1'),
  tools: readonly Members[] = [tool()],
) {
  return question(
    user('', { userInputMessageContext: { ...(tools.length ? { tools } : {}), toolResults: [result_] } }),
    [user('Read it.'), assistant('', { toolUses: [use_] })],
  );
}

export interface Sent {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accessToken?: string;
  readonly signal?: AbortSignal;
}

/** Sends an inference call in the newer dialect. */
export function ask(emulator: Emulator, { body, headers: more, accessToken, signal }: Sent): Promise<Response> {
  return fetch(`${emulator.url}/`, {
    method: 'POST',
    headers: headers(accessToken ?? emulator.credentials.social().accessToken, {
      'x-amz-target': 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
      ...more,
    }),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** An answer as a list of `name payload`, one for each frame. */
export async function readFrames(response: Response): Promise<string[]> {
  const list: string[] = [];
  for await (const batch of decodeFrames(response.body as unknown as AsyncIterable<Uint8Array>)) {
    for (const { name, payload } of batch) list.push(`${name} ${Buffer.from(payload)}`);
  }
  return list;
}

/** The text of an answer. */
export async function readText(response: Response): Promise<string> {
  const frames = await readFrames(response);
  return frames
    .filter(frame => frame.startsWith('assistantResponseEvent'))
    .map(frame => JSON.parse(frame.slice(frame.indexOf(' '))).content)
    .join('');
}
