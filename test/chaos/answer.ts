import type { Step } from '../../src/emulator/emulator.ts';

/** A good answer, frame by frame, and what a client must make of it. */
export interface GoodAnswer {
  readonly frames: readonly Step[];
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
  /** The number of frames after which a part of the answer has gone out. */
  readonly started: number;
  /** The number of frames after which all of the content is in. */
  readonly content: number;
}

/** Thought, text that says `mark`, a tool call where the API has tools, and the usual ending. */
export function writeGoodAnswer(mark: string, hasTools: boolean): GoodAnswer {
  const texts = ['Grüße, ', `${mark} `, '👩‍👩‍👧 ', 'done.'];
  const input = `{"where":"${mark}"}`;
  const head = { toolUseId: `tooluse_${mark.replaceAll(/\W/g, '')}`, name: 'look' };
  const begin: Step[] = [
    event('initial-response', { conversationId: '' }),
    event('reasoningContentEvent', { text: 'Hm, ' }),
    event('reasoningContentEvent', { text: 'let me see.' }),
    event('reasoningContentEvent', { signature: 'c2lnbmVk' }),
    ...texts.map(content => event('assistantResponseEvent', { content })),
  ];
  const call: Step[] = [
    event('toolUseEvent', head),
    event('toolUseEvent', { ...head, input: input.slice(0, 7) }),
    event('toolUseEvent', { ...head, input: input.slice(7) }),
    event('toolUseEvent', { ...head, stop: true }),
  ];
  const ending: Step[] = [
    event('metadataEvent', { stopReason: 'END_TURN' }),
    event('contextUsageEvent', { contextUsagePercentage: 1.25 }),
    event('meteringEvent', { unit: 'credit', unitPlural: 'credits', usage: 0.0169 }),
  ];
  return {
    frames: [...begin, ...(hasTools ? call : []), ...ending],
    text: texts.join(''),
    calls: hasTools ? [{ name: 'look', input }] : [],
    started: 2,
    content: begin.length + (hasTools ? call.length : 0),
  };
}

const event = (name: string, payload: object): Step => ({ event: name, payload });
