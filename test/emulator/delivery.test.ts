import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/emulator/emulator.ts';
import { playStream } from '../../src/emulator/play.ts';
import { FrameError } from '../../src/wire/eventstream.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, headers, question, readFrames, user } from './request.ts';

const emulator = useEmulator();

const body = question(user('Hi'));
const send = (answer: ScriptedAnswer): Promise<Response> => {
  emulator.next(answer);
  return ask(emulator, { body });
};
const frames = async (answer: ScriptedAnswer): Promise<string[]> => readFrames(await send(answer));

/** An answer as it comes through a bare socket. */
async function rawAnswer(answer: ScriptedAnswer): Promise<{ text: string; ended: boolean }> {
  emulator.next(answer);
  const text = JSON.stringify(body);
  const fields = headers(emulator.credentials.social().accessToken, {
    host: 'emulator',
    connection: 'close',
    'content-length': `${Buffer.byteLength(text)}`,
    'x-amz-target': 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
  });
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(emulator.port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(`POST / HTTP/1.1\r\n${head.join('')}\r\n${text}`);
  const reads: string[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('data', chunk => reads.push(chunk.toString('latin1')));
    socket.on('close', () => resolve());
    socket.on('error', error => ('code' in error && error.code === 'ECONNRESET' ? undefined : reject(error)));
  });
  const all = reads.join('');
  return { text: all, ended: all.endsWith('0\r\n\r\n') };
}

describe('how a script is sent', () => {
  it('as an HTTP refusal with its headers', async () => {
    const response = await send({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { message: 'Slow down', reason: 'USER_REQUEST_RATE_EXCEEDED' },
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({ message: 'Slow down', reason: 'USER_REQUEST_RATE_EXCEEDED' });
  });

  it('as text that is no JSON', async () => {
    const response = await send({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect([response.status, await response.text()]).toEqual([502, '<html>']);
  });

  it('byte by byte, and by so many bytes', async () => {
    for (const [write, size] of [
      ['byte', 1],
      [3, 3],
    ] as const) {
      const { text, ended } = await rawAnswer({ steps: ['Good morning'], write });
      const chunks = [...text.slice(text.indexOf('\r\n\r\n') + 4).matchAll(/([0-9a-f]+)\r\n/g)].map(match => match[1]);
      expect(ended).toBe(true);
      expect(chunks.filter(length => length === `${size}`).length).toBeGreaterThan(50);
    }
  });

  it('the same bytes whatever the pieces', async () => {
    const script = { steps: ['Good', ' morning', { reasoning: 'Hm', signature: 's' }] } as const;
    const whole = await frames(script);
    for (const write of ['frame', 'byte', 7] as const) expect(await frames({ ...script, write })).toEqual(whole);
  });

  it('at once between two pauses, and in pieces with pauses between them', async () => {
    const chunks = async (answer: ScriptedAnswer): Promise<number> =>
      (await rawAnswer(answer)).text.split(/\r\n[0-9a-f]+\r\n/).length - 2;
    const steps = ['a', 'b', { pause: 1 }, 'c', 'd', { pause: 1 }, 'e'] as const;
    expect(await chunks({ steps, ending: false })).toBe(3);
    expect(await chunks({ steps, ending: false, write: 'frame' })).toBe(5);
    expect(await frames({ steps: [...steps, { end: true }, 'f'], write: 'byte' })).toHaveLength(5);
  });

  it('encoded once, however many requests it answers', async () => {
    const script = { steps: ['a', { tool: 'read', id: 't1' }] } as const;
    expect(playStream(script)).toBe(playStream(script));
    const withNewId = { steps: [{ tool: 'read' }] } as const;
    expect(playStream(withNewId)).not.toEqual(playStream(withNewId));
  });

  it('with pauses, with a pace and with a delay', async () => {
    const measure = async (answer: ScriptedAnswer): Promise<number> => {
      const startedAt = performance.now();
      await (await send(answer)).text();
      return performance.now() - startedAt;
    };
    expect(await measure([{ pause: 60 }, 'a'])).toBeGreaterThan(55);
    expect(await measure({ steps: ['a', 'b', 'c'], ending: false, pace: 30 })).toBeGreaterThan(55);
    expect(await measure({ steps: ['a'], delay: 60 })).toBeGreaterThan(55);
    expect(await measure({ status: 500, delay: 60 })).toBeGreaterThan(55);
    expect(await measure({ steps: ['a'], linger: 60 })).toBeGreaterThan(55);
  });

  it('ended early, regularly', async () => {
    expect(await frames(['a', { end: true }, 'b'])).toEqual(['assistantResponseEvent {"content":"a"}']);
    expect((await rawAnswer(['a', { pause: 1 }, { end: true }, 'b'])).ended).toBe(true);
  });

  it('cut: the socket is destroyed', async () => {
    const { text, ended } = await rawAnswer(['abcdef', { cut: true }, 'ghi']);
    expect(text).toContain('abcdef');
    expect(text).not.toContain('ghi');
    expect(ended).toBe(false);
    expect(emulator.requests[0]?.closedAt).toBeUndefined();
  });

  it('truncated inside a frame, from either end', async () => {
    for (const truncate of [40, -1, -30]) {
      const response = await send({ steps: ['abc'], truncate });
      await expect(readFrames(response)).rejects.toThrow(FrameError);
    }
    expect(await frames({ steps: ['abc'], truncate: 0 })).toEqual([]);
  });

  it('corrupt at one byte, from either end', async () => {
    const script = { steps: ['abc', 'def'], ending: false } as const;
    const good = Buffer.from(await (await send(script)).arrayBuffer());
    for (const corrupt of [0, 13, 200, -1]) {
      const bad = Buffer.from(await (await send({ ...script, corrupt })).arrayBuffer());
      const different = [...good.entries()].filter(([at, byte]) => bad[at] !== byte).map(([at]) => at);
      expect(different).toEqual([corrupt < 0 ? good.length + corrupt : corrupt]);
    }
  });

  it('with garbage between the frames', async () => {
    const response = await send(['abc', { garbage: '<html>' }, 'def']);
    const text = await response.text();
    expect(text.indexOf('abc')).toBeLessThan(text.indexOf('<html>'));
    expect(text.indexOf('<html>')).toBeLessThan(text.indexOf('def'));
  });
});
