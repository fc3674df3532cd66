import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent, Tool } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import type { Ending, Step, StreamAnswer } from '../../src/emulator/emulator.ts';
import { chatOf, never, startRig } from './support/kiro.ts';

const tool: Tool = {
  name: 'run',
  description: 'Runs.',
  inputSchema: { type: 'object', properties: { line: { type: 'string' } } },
};

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.record({ reasoning: fc.string({ maxLength: 8 }), signature: fc.constant('sig=') }) },
  { weight: 2, arbitrary: fc.record({ tool: fc.constant('run'), input: fc.record({ line: fc.string() }) }) },
  fc.record({ tool: fc.constant('run'), input: fc.constant('{"line":"ab'), stop: fc.constant(false as const) }),
  fc.record({ tool: fc.constant('run'), input: fc.constant({}), phantom: fc.constant(true as const) }),
  fc.constant({ redacted: 'c2VjcmV0' }),
  fc.constant({ event: 'brandNewEvent', payload: { x: 1 } }),
  fc.constant({ exception: 'ThrottlingException', payload: { message: 'slow' } }),
  fc.constant({ error: 'InternalServerError', message: 'broken' }),
  fc.constant({ event: 'invalidStateEvent', payload: { reason: 'R', message: 'm' } }),
  fc.constant({ cut: true } as const),
  fc.constant({ end: true } as const),
  fc.constant({ hang: true } as const),
  fc.constant({ garbage: 'HTTP/1.1 200 OK' }),
);

const answers: fc.Arbitrary<StreamAnswer> = fc.record(
  {
    steps: fc.array(steps, { maxLength: 6 }),
    ending: fc.constantFrom<false | Ending>(false, {}, { stopReason: 'MAX_TOKENS' }, { contextUsagePercentage: false }),
    write: fc.constantFrom('whole' as const, 'frame' as const, 7),
    corrupt: fc.integer({ min: -300, max: 300 }),
    truncate: fc.integer({ min: 0, max: 300 }),
  },
  { requiredKeys: ['steps'] },
);

/** What is wrong with a stream of events; undefined when nothing is. `isWhole`: it must have come to its end. */
function findFault(events: readonly ChatEvent[], isWhole: boolean): string | undefined {
  let open: number | undefined;
  let next = 0;
  for (const [at, event] of events.entries()) {
    if ((event.type === 'start') !== (at === 0)) return `start at ${at}`;
    if (event.type === 'finish' && (open !== undefined || at !== events.length - 1)) return `finish at ${at}`;
    if (event.type === 'open' && (open !== undefined || event.index !== next)) return `open ${event.index} at ${at}`;
    if (event.type === 'open') open = next++;
    if ((event.type === 'delta' || event.type === 'close') && event.index !== open) return `${event.type} at ${at}`;
    if (event.type === 'close') open = undefined;
    if (event.type === 'close' && event.block.type === 'tool-call') JSON.parse(event.block.json ?? '');
  }
  return isWhole && events.at(-1)?.type !== 'finish' ? 'no finish' : undefined;
}

describe('whatever the service does', () => {
  it('ends in time, in a well-formed answer or in a named failure', async () => {
    const rig = await startRig({
      settings: { firstTokenTimeout: 40, streamingReadTimeout: 40, firstTokenMaxRetries: 0, maxRetries: 1 },
    });
    await rig.kiro.modelList();
    await fc.assert(
      fc.asyncProperty(answers, async scripted => {
        rig.emulator.reset();
        rig.emulator.otherwise(scripted);
        const events: ChatEvent[] = [];
        let failure: unknown;
        try {
          const answer = await rig.kiro.ask(chatOf('hi', { tools: [tool] }), never);
          for await (const batch of answer.events) events.push(...batch);
        } catch (thrown) {
          failure = thrown;
        }
        // Nothing stays open.
        while (
          rig.emulator.requests.some(({ finishedAt, closedAt }) => finishedAt === undefined && closedAt === undefined)
        ) {
          await new Promise(resolve => setTimeout(resolve, 1));
        }
        expect(rig.emulator.violations).toEqual([]);
        expect(findFault(events, failure === undefined)).toBeUndefined();
        if (failure === undefined) return;
        expect(failure).toBeInstanceOf(ChatError);
        expect(['rate', 'overloaded', 'upstream', 'network', 'timeout']).toContain((failure as ChatError).kind);
      }),
      { numRuns: 60 },
    );
  });
});
