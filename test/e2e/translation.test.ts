import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/chat.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { anyAnswer, expectSame } from '../translation/answers.ts';
import { anySent, type Sent } from '../translation/bodies.ts';
import { lossesOf } from '../translation/losses.ts';
import { clientNamesOf } from '../translation/written.ts';

let emulator: Emulator;
let gateway: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken, BASE_RETRY_DELAY: '0.001', RATE_BACKOFF: '0' };
  gateway = await startGateway({ emulator, env });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await emulator.close();
});

const paths: Readonly<Record<Sent['api'], string>> = {
  anthropic: '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-completions': '/v1/completions',
  'openai-responses': '/v1/responses',
};

async function post({ api, body }: Sent, stream: boolean): Promise<{ status: number; text: string }> {
  const response = await fetch(gateway.url + paths[api], {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream, stream_options: { include_usage: true } }),
  });
  return { status: response.status, text: await response.text() };
}

// A tenth of what is tried without a network.
const numRuns = Math.ceil(Number(process.env['KIRO_PROPERTY_RUNS'] ?? 1200) / 10);

describe('any conversation, over the network', { timeout: 600_000 }, () => {
  it('reaches the service whole and by its rules, and its answer the client, streamed and whole alike', async () => {
    await fc.assert(
      fc.asyncProperty(anySent, anyAnswer, async (sent, answer) => {
        emulator.reset();
        emulator.otherwise(answer);
        const whole = await post(sent, false);
        const streamed = await post(sent, true);
        expect(emulator.violations).toEqual([]);
        const asked = emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse');
        expect(asked.length).toBeGreaterThanOrEqual(2);
        for (const { body } of asked) expect(lossesOf(sent, body as JsonObject, clientNamesOf(sent))).toEqual([]);
        if (streamed.status === 200) expectSame(sent.api, streamed.text, JSON.parse(whole.text));
        else expect(streamed.status).toBe(whole.status);
      }),
      { numRuns },
    );
  });
});
