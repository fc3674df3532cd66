import type { Message } from '../../core/chat.ts';
import { type Draft, joinTexts, type PlacedMessage } from './draft.ts';
import { isBlank } from './turns.ts';

/** Takes out the entry by which a client bills: it changes with every request and would spoil the cache. */
export function dropBillingHeaders(messages: readonly PlacedMessage[]): readonly PlacedMessage[] {
  if (!messages.some(message => message.role === 'system' && message.content.some(isBilled))) return messages;
  return messages.map(message => {
    if (message.role !== 'system' || !message.content.some(isBilled)) return message;
    const content = message.content.map(block =>
      isBilled(block) ? { ...block, text: block.text.replace(billing, '') } : block,
    );
    return { ...message, content: content.filter(block => block.type !== 'text' || !isBlank(block.text)) };
  });
}

/** Puts the system text before the text of the first user turn. */
export function foldSystem(draft: Draft): Draft {
  const [first, ...others] = draft.turns;
  if (draft.system.length === 0) return draft;
  const text = joinTexts(...draft.system);
  if (first?.role === 'user') {
    return { ...draft, system: [], turns: [{ ...first, text: joinTexts(text, first.text) }, ...others] };
  }
  return {
    ...draft,
    system: [],
    turns: [{ role: 'user', text, images: [], results: [], from: [] }, ...draft.turns],
  };
}

function isBilled(block: Message['content'][number]): block is Extract<Message['content'][number], { type: 'text' }> {
  return block.type === 'text' && billing.test(block.text);
}

const billing = /^(\s*x-anthropic-billing-header:[^\n]*(\n+|$))+/i;
