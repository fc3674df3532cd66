import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { sayAndHang } from '../support/fake-backend.ts';
import { openRaw, startServer, writeRequest } from './start.ts';

const streamed = { prompt: 'hi', stream: true, model: 'claude' };

describe('the metrics', () => {
  it('count requests, tokens, credits and times by model', async () => {
    const { post, send } = await startServer();
    for (let round = 0; round < 3; round += 1) await (await post('/v1/messages', streamed)).text();
    const response = await send('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await response.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'kiro_gw_requests_total{path="/messages",status="200"} 3',
        'kiro_gw_tokens_total{api="anthropic",model="claude",direction="input"} 30',
        'kiro_gw_tokens_total{api="anthropic",model="claude",direction="output"} 6',
        'kiro_gw_credits_total{api="anthropic",model="claude"} 0.06',
        'kiro_gw_first_byte_seconds_count{api="anthropic",model="claude"} 3',
        'kiro_gw_first_token_seconds_count{api="anthropic",model="claude"} 3',
        'kiro_gw_request_seconds_bucket{le="640",api="anthropic",model="claude"} 3',
      ]),
    );
  });

  it('count what failed and who left, and tell what is open', async () => {
    const { backend, port, post, send, record } = await startServer();
    backend.answer(() => Promise.reject(new ChatError('rate', 'Too many requests.')));
    await post('/v1/messages', streamed);
    await record();
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    await raw.until('"one"');
    expect(await (await send('/metrics')).text()).toContain('\nkiro_gw_open_requests 2\n');
    await record();
    raw.socket.destroy();
    await record();
    const text = await (await send('/metrics')).text();
    expect(text).toContain('kiro_gw_errors_total{api="anthropic",kind="rate"} 1');
    expect(text).toContain('kiro_gw_cancelled_total{api="anthropic"} 1');
    expect(text).toContain('\nkiro_gw_open_requests 1\n');
  });

  it('do not grow with what clients make up', async () => {
    const { post, send } = await startServer();
    for (let index = 0; index < 120; index += 1) {
      await post('/v1/messages', { prompt: 'hi', model: `model "${index}"\n` });
      await send(`/v1/nothing/${index}`);
    }
    const text = await (await send('/metrics')).text();
    expect(text.match(/kiro_gw_request_seconds_count{/g)?.length).toBe(101);
    expect(text).toContain('kiro_gw_request_seconds_count{api="anthropic",model="other"} 20');
    expect(text).toContain('kiro_gw_requests_total{path="other",status="404"} 120');
    expect(text).toContain('model="model \\"0\\"?"');
  });

  it('include the figures of other layers', async () => {
    const { send } = await startServer({
      readings: () => [
        {
          name: 'kiro_gw_retries_total',
          help: 'Retries by reason.',
          type: 'counter',
          value: 3,
          labels: { reason: 'rate' },
        },
        {
          name: 'kiro_gw_retries_total',
          help: 'Retries by reason.',
          type: 'counter',
          value: 1,
          labels: { reason: 'network' },
        },
        { name: 'kiro_gw_queue', help: 'Requests that wait.', type: 'gauge', value: 7 },
      ],
    });
    const read = async (): Promise<string> => (await send('/metrics')).text();
    await read();
    const text = await read();
    expect(text).toContain('# TYPE kiro_gw_retries_total counter\n');
    expect(text).toContain('kiro_gw_retries_total{reason="rate"} 3\n');
    expect(text).toContain('kiro_gw_retries_total{reason="network"} 1\n');
    expect(text).toContain('# TYPE kiro_gw_queue gauge\nkiro_gw_queue 7\n');
  });
});
