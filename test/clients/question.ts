import type { SeenRequest, Step } from '../../src/emulator/emulator.ts';
import { defaultModels } from '../../src/emulator/models.ts';
import { type Question, readCurrent, readTurns } from '../../src/emulator/question.ts';
import { writeSignature } from '../../src/emulator/signature.ts';

/** What the service was asked, as far as a script needs it. */
export interface Asked {
  readonly request: SeenRequest;
  readonly work: string;
  /** The text of the message to be answered. */
  readonly text: string;
  /** The names of the declared tools. */
  readonly tools: readonly string[];
  readonly results: readonly { readonly text: string; readonly failed: boolean }[];
  /** It asks for a summary of the conversation. */
  readonly sums: boolean;
  /** Images of the message to be answered. */
  readonly images: number;
  /** Tokens that the model takes. */
  readonly window: number;
  /** A signed thought, where the question asked for one. */
  think(): Step[];
  /** An encrypted thought after all else, as GPT models have it. */
  thinkLate(): Step[];
}

/** Reads a question as the service got it. */
export function readAsked(request: SeenRequest, work: string, isFirst: boolean): Asked {
  const question = request.body as Question;
  const current = readCurrent(question);
  const { tools = [], toolResults = [] } = current.userInputMessageContext ?? {};
  const { thinking, reasoning } = (question.additionalModelRequestFields ?? {}) as {
    thinking?: { type?: string; display?: string };
    reasoning?: { effort?: string };
  };
  const thought = thinking?.display === 'omitted' ? '' : 'Let me see.';
  return {
    request,
    work,
    text: current.content,
    tools: tools.map(({ toolSpecification }) => toolSpecification.name),
    results: toolResults.map(({ status, content }) => ({
      text: content.map(part => part.text ?? JSON.stringify(part.json)).join('\n'),
      failed: status === 'error',
    })),
    // The first one carries the client's own instructions, which speak of everything.
    sums: !isFirst && /summar|compact/i.test(current.content),
    images: readTurns(question).reduce((sum, { user }) => sum + (user?.images?.length ?? 0), 0),
    window: defaultModels.find(({ modelId }) => modelId === current.modelId)?.tokenLimits?.maxInputTokens ?? 200_000,
    think: () =>
      thinking?.type === 'adaptive'
        ? [{ reasoning: thought === '' ? [] : [thought], signature: writeSignature(current.modelId, thought) }]
        : [],
    thinkLate: () =>
      reasoning === undefined || reasoning.effort === 'none'
        ? []
        : [{ redacted: Buffer.from('Let me see.').toString('base64') }],
  };
}
