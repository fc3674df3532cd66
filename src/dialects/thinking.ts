import { z } from 'zod';
import type { Thinking } from '../core/chat.ts';

/** The `thinking` of a request; chat clients send it too. */
export const thinkingSchema = z
  .looseObject({ type: z.string(), budget_tokens: z.number().nullish(), display: z.unknown().optional() })
  .nullish();

/** How the model is to think. A mode that came after this was written is left to the model. */
export function readThinking(thinking: z.output<typeof thinkingSchema>): Thinking | undefined {
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
