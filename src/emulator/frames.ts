import { randomBytes } from 'node:crypto';
import { encodeFrame } from '../wire/eventstream.ts';
import type { Ending, Step, StreamAnswer, ToolStep } from './script.ts';

/** What is done to a response, one after the other. */
export type Act = { readonly bytes: Uint8Array } | { readonly pause: number } | 'hang' | 'cut' | 'end';

/** Whether something is to be sent, and not only waited for or ended. */
export const isBytes = (act: Act): act is { readonly bytes: Uint8Array } => typeof act === 'object' && 'bytes' in act;

/** The frames and pauses of a scripted stream, its ending among them. */
export function writeActs(answer: StreamAnswer): Act[] {
  const acts = answer.steps.flatMap(writeStep);
  if (answer.ending === false || acts.includes('end')) return acts;
  const called = answer.steps.some(step => typeof step === 'object' && ('tool' in step || 'interleaved' in step));
  return [...acts, ...writeEnding(answer.ending ?? {}, called)];
}

function writeEvent(name: string, payload: unknown): Act {
  return writeFrame({ ':message-type': 'event', ':event-type': name }, payload);
}

function writeStep(step: Step): Act[] {
  if (typeof step === 'string') return [writeText(step)];
  if ('text' in step) return [writeText(step.text)];
  if ('chunks' in step) return step.chunks.map(writeText);
  if ('reasoning' in step) return writeReasoning(step.reasoning, step.signature);
  if ('redacted' in step) return [writeEvent('reasoningContentEvent', { redactedContent: step.redacted })];
  if ('tool' in step) return writeTool(step);
  if ('interleaved' in step) return interleave(step.interleaved.map(writeTool));
  if ('code' in step) return [writeEvent('codeEvent', { content: step.code })];
  if ('event' in step) return [writeEvent(step.event, step.payload)];
  if ('exception' in step)
    return [writeFrame({ ':message-type': 'exception', ':exception-type': step.exception }, step.payload)];
  if ('error' in step)
    return [writeFrame({ ':message-type': 'error', ':error-code': step.error, ':error-message': step.message }, '')];
  if ('pause' in step) return [{ pause: step.pause }];
  if ('garbage' in step)
    return [{ bytes: typeof step.garbage === 'string' ? Buffer.from(step.garbage) : step.garbage }];
  if ('hang' in step) return ['hang'];
  return 'cut' in step ? ['cut'] : ['end'];
}

const writeText = (content: string): Act => writeEvent('assistantResponseEvent', { content });

function writeReasoning(reasoning: string | readonly string[], signature: string | undefined): Act[] {
  const chunks = typeof reasoning === 'string' ? [reasoning] : reasoning;
  const acts = chunks.map(text => writeEvent('reasoningContentEvent', { text }));
  return signature === undefined ? acts : [...acts, writeEvent('reasoningContentEvent', { signature })];
}

function writeTool(step: ToolStep): Act[] {
  const head = { toolUseId: step.id ?? `tooluse_${randomBytes(16).toString('base64url')}`, name: step.tool };
  const event = (more: object): Act => writeEvent('toolUseEvent', { ...head, ...more });
  const acts = [event({})];
  if (step.asObject) acts.push(event({ input: step.input ?? {} }));
  else acts.push(...cutInput(step).map(input => event({ input })));
  if (step.stop !== false) acts.push(event({ stop: true }));
  if (step.phantom) acts.push(event({ input: '{}' }), event({ stop: true }));
  return acts;
}

function cutInput({ input = {}, fragments = 2 }: ToolStep): readonly string[] {
  if (typeof fragments !== 'number') return fragments;
  const letters = [...(typeof input === 'string' ? input : JSON.stringify(input))];
  const size = Math.max(1, Math.ceil(letters.length / fragments));
  const cut: string[] = [];
  for (let at = 0; at < letters.length; at += size) cut.push(letters.slice(at, at + size).join(''));
  return cut;
}

function interleave(lists: readonly Act[][]): Act[] {
  const longest = Math.max(0, ...lists.map(list => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap(list => list.slice(at, at + 1))).flat();
}

function writeEnding(ending: Ending, called: boolean): Act[] {
  const { stopReason = called ? 'TOOL_USE' : 'END_TURN', contextUsagePercentage = 1.25, usage = 0.0169 } = ending;
  const acts: Act[] = [];
  const metadata = {
    ...(stopReason === false ? {} : { stopReason }),
    ...(ending.tokenUsage === undefined ? {} : { tokenUsage: ending.tokenUsage }),
  };
  if (Object.keys(metadata).length > 0) acts.push(writeEvent('metadataEvent', metadata));
  if (contextUsagePercentage !== false) acts.push(writeEvent('contextUsageEvent', { contextUsagePercentage }));
  if (usage !== false) acts.push(writeEvent('meteringEvent', { unit: 'credit', unitPlural: 'credits', usage }));
  return acts;
}

function writeFrame(headers: Record<string, string>, payload: unknown): Act {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { bytes: encodeFrame({ ...headers, ':content-type': 'application/json' }, text) };
}
