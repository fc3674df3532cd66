import type { Reasoning } from '../../core/chat.ts';

/** What must come back unchanged with a reasoning, as the `encrypted_content` of its item. */
export function sealReasoning(block: Reasoning): string | undefined {
  if (block.redacted !== undefined) return `${redactedMark}${block.redacted}`;
  return block.signature === undefined ? undefined : `${signatureMark}${block.signature}`;
}

/** The reasoning that an item stands for; undefined when nothing of it can be used. */
export function openReasoning(text: string, sealed: string | undefined): Reasoning | undefined {
  if (sealed?.startsWith(redactedMark)) {
    return { type: 'reasoning', text: '', redacted: sealed.slice(redactedMark.length) };
  }
  if (sealed?.startsWith(signatureMark)) {
    return { type: 'reasoning', text, signature: sealed.slice(signatureMark.length) };
  }
  return text === '' ? undefined : { type: 'reasoning', text };
}

/** Whether somebody else made it: nobody here can read it. */
export function isForeign(sealed: string | undefined): boolean {
  return sealed !== undefined && !marks.some(mark => sealed.startsWith(mark));
}

/** A summary of a conversation, as the `encrypted_content` of a compaction item. */
export function sealSummary(text: string): string {
  return `${summaryMark}${Buffer.from(text, 'utf8').toString('base64')}`;
}

export function openSummary(sealed: string): string | undefined {
  if (!sealed.startsWith(summaryMark)) return undefined;
  return Buffer.from(sealed.slice(summaryMark.length), 'base64').toString('utf8');
}

const signatureMark = 'kiro-gw.signature.';
const redactedMark = 'kiro-gw.redacted.';
const summaryMark = 'kiro-gw.summary.';
const marks = [signatureMark, redactedMark, summaryMark];
