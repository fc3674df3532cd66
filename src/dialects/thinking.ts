import type { InferOutput } from 'valibot';
import type { Thinking } from '../core/chat.ts';
import * as field from './fields.ts';

/** The `thinking` of a request; chat clients send it too. */
export const thinkingSchema = field.maybe(
  field.object({ type: field.text, budget_tokens: field.maybe(field.number), display: field.anything }),
);

/** How the model is to think. A mode that came after this was written is left to the model. */
export function readThinking(thinking: InferOutput<typeof thinkingSchema>): Thinking | undefined {
  const mode = thinking?.type;
  if (mode !== 'adaptive' && mode !== 'enabled' && mode !== 'disabled') return undefined;
  const budget = thinking?.budget_tokens;
  const display = thinking?.display;
  return {
    mode,
    ...(typeof budget === 'number' ? { budget } : {}),
    ...(display === 'omitted' || display === 'summarized' ? { display } : {}),
  };
}
