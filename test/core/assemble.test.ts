import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, collect, type Delta } from '../../src/core/assemble.ts';
import type { ChatEvent } from '../../src/core/chat.ts';
import { ChatError, toChatError } from '../../src/core/errors.ts';

const head = { id: 'a1', model: 'some-model', createdAt: 1_700_000_000 };

async function* batches(...all: Delta[][]): AsyncGenerator<Delta[]> {
  yield* all;
}

async function eventsOf(all: Delta[][]): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const batch of assemble(batches(...all), head, 12)) events.push(...batch);
  return events;
}

const call: Delta = { type: 'call', id: 't1', name: 'read', input: { path: 'a' }, json: '{"path": "a"}' };

describe('assembling deltas', () => {
  it('opens, extends and closes blocks without overlap', async () => {
    const events = await eventsOf([
      [
        { type: 'reasoning', text: 'hm' },
        { type: 'signature', signature: 's' },
      ],
      [{ type: 'text', text: 'a' }, { type: 'text', text: 'a' }, call],
    ]);
    expect(events.map(event => event.type)).toEqual(
      'start open delta close open delta delta close open delta close finish'.split(' '),
    );
    expect(events.at(-1)).toEqual({
      type: 'finish',
      result: {
        ...head,
        content: [
          { type: 'reasoning', text: 'hm', signature: 's' },
          { type: 'text', text: 'aa' },
          { type: 'tool-call', id: 't1', name: 'read', input: { path: 'a' }, json: '{"path": "a"}' },
        ],
        stop: 'tool',
        usage: { inputTokens: 12, outputTokens: 0 },
      },
    });
  });

  it('keeps a signature that arrives without text', async () => {
    const result = await collect(assemble(batches([{ type: 'signature', signature: 's' }]), head, 0));
    expect(result.content).toEqual([{ type: 'reasoning', text: '', signature: 's' }]);
  });

  it('lets the last usage and stop count, and a cut answer stay cut although a tool was called', async () => {
    const result = await collect(
      assemble(
        batches([
          call,
          { type: 'usage', usage: { inputTokens: 5, outputTokens: 1 } },
          { type: 'usage', usage: { outputTokens: 2, credits: 0.5 } },
          { type: 'stop', reason: 'end' },
          { type: 'stop', reason: 'length' },
        ]),
        head,
        9,
      ),
    );
    expect(result.usage).toEqual({ inputTokens: 5, outputTokens: 2, credits: 0.5 });
    expect(result.stop).toBe('length');
  });

  it('is well formed for any deltas, and says the same whole as in pieces', async () => {
    const anyDelta: fc.Arbitrary<Delta> = fc.oneof(
      fc.record({ type: fc.constant('text' as const), text: fc.string() }),
      fc.record({ type: fc.constant('reasoning' as const), text: fc.string() }),
      fc.record({ type: fc.constant('signature' as const), signature: fc.string() }),
      fc.record({ type: fc.constant('redacted' as const), data: fc.base64String() }),
      fc.constant(call),
      fc.record({ type: fc.constant('stop' as const), reason: fc.constantFrom('end' as const, 'length' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyDelta, { maxLength: 5 }), { maxLength: 8 }), async all => {
        const events = await eventsOf(all);
        expect(events[0]?.type).toBe('start');
        const pieces: string[] = [];
        let open: number | undefined;
        let next = 0;
        for (const event of events.slice(1, -1)) {
          if (event.type === 'open') {
            expect(open).toBeUndefined();
            expect(event.index).toBe(next);
            open = next++;
            pieces.push('');
          } else if (event.type === 'delta') {
            expect(event.index).toBe(open);
            pieces[event.index] += event.text;
          } else {
            expect(event.type).toBe('close');
            open = undefined;
          }
        }
        expect(open).toBeUndefined();
        const last = events.at(-1);
        if (last?.type !== 'finish') throw new Error('no finish');
        const whole = last.result.content.map(block =>
          block.type === 'tool-call' ? block.json : 'text' in block ? block.text : '',
        );
        expect(whole).toEqual(pieces);
        const sent = all.flat().map(delta => ('text' in delta ? delta.text : delta.type === 'call' ? delta.json : ''));
        expect(whole.join('')).toBe(sent.join(''));
      }),
    );
  });

  it('says so when an answer has no end', async () => {
    async function* cut(): AsyncGenerator<ChatEvent[]> {
      yield [{ type: 'start', ...head, inputTokens: 0 }];
    }
    await expect(collect(cut())).rejects.toThrow('ended before');
  });
});

describe('errors', () => {
  it('hides the text of what nobody foresaw and keeps it as cause', () => {
    const thrown = new TypeError('secret path /home/me');
    const error = toChatError(thrown);
    expect(error.kind).toBe('internal');
    expect(error.message).not.toContain('/home');
    expect(error.cause).toBe(thrown);
  });

  it('passes its own errors and knows cancellation', () => {
    const own = new ChatError('rate', 'Slow down.', { retryAfter: 3 });
    expect(toChatError(own)).toBe(own);
    expect(toChatError(new DOMException('x', 'AbortError')).kind).toBe('cancelled');
  });
});
