import type { Delta } from '../../core/assemble.ts';
import type { JsonObject } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Frame } from '../../wire/eventstream.ts';
import { writeSignature } from '../signature.ts';
import { createCalls } from './calls.ts';
import { type Ending, readEnding, stopOf, writeUsage } from './ending.ts';
import { readFailure, readInvalidState } from './failure.ts';
import { createLeaks } from './leaks.ts';
import { type Payload, readContent, readPayload } from './payload.ts';
import type { Stage } from './stage.ts';
import { createStops } from './stops.ts';
import { createThinking, type ThinkingHandling } from './thinking.ts';

/** What an answer is read against: the request that it answers. */
export interface AnswerContext {
  readonly modelId: string;
  /** The declared tools by the names that the service knows: their schemas, and the client's names. */
  readonly schemas: ReadonlyMap<string, JsonObject>;
  readonly clientNames: ReadonlyMap<string, string>;
  /** Sequences that end the answer. */
  readonly stop: readonly string[];
  /** False: only the first call counts. */
  readonly parallelTools: boolean;
  /** Set when the model was asked to think between tags. */
  readonly thinking?: ThinkingHandling;
  readonly maxInputTokens?: number;
  readonly countTokens: (text: string) => number;
  /** Ids for calls that came without one. */
  readonly newId: () => string;
  /** The names of calls that were cut, once, at the end. */
  readonly onCut?: (names: readonly string[]) => void;
  readonly upstreamId?: string | undefined;
  /** Told whenever something came. */
  readonly onBytes?: () => void;
  readonly log: Log;
}

/** Reads the frames of one answer, one at a time. */
export interface Reader {
  /** Adds what the frame says to `out`; true: the answer is complete. Throws `ChatError`. */
  read(frame: Frame, out: Delta[]): boolean;
  /** Adds what was held back, when the answer breaks off. */
  flush(out: Delta[]): void;
  /** Ends the answer. Throws `ChatError` with code `EMPTY_ANSWER` when nothing at all came. */
  end(out: Delta[]): void;
}

export function createReader(context: AnswerContext): Reader {
  const { modelId, log, upstreamId } = context;
  const calls = createCalls(context.newId);
  const written: string[] = [];
  const thoughts: string[] = [];
  const unknown = new Set<string>();
  let out: Delta[] = [];
  let ending: Ending | undefined;
  let called = false;
  let content = false;
  let stopped: string | undefined;

  const call = (id: string, name: string, input: JsonObject, json: string): void => {
    content = true;
    written.push(name, json);
    if (called && !context.parallelTools) return;
    called = true;
    out.push({ type: 'call', id, name: context.clientNames.get(name) ?? name, input, json });
  };
  const think = (text: string): void => {
    thoughts.push(text);
    out.push({ type: 'reasoning', text });
  };
  const text = createText(context, {
    text: piece => out.push({ type: 'text', text: piece }),
    think,
    stop: sequence => {
      stopped = sequence;
    },
    call: (name, input) => call(context.newId(), name, input, JSON.stringify(input)),
  });

  const say = (piece: unknown): void => {
    if (typeof piece !== 'string' || piece === '') return;
    content = true;
    written.push(piece);
    if (text === undefined) out.push({ type: 'text', text: piece });
    else text.push(piece);
  };

  const reason = (payload: Payload): void => {
    text?.flush();
    const { text: thought, signature, redactedContent } = payload;
    if (typeof thought === 'string' && thought !== '') think(thought);
    if (typeof signature === 'string' && signature !== '') {
      out.push({ type: 'signature', signature: writeSignature(modelId, signature) });
    }
    if (typeof redactedContent === 'string' && redactedContent !== '') {
      out.push({ type: 'redacted', data: writeSignature(modelId, redactedContent) });
    }
    content ||= out.length > 0;
  };

  const useTool = (payload: Payload): void => {
    text?.flush();
    const whole = calls.add(payload);
    if (whole !== undefined) call(whole.id, whole.name, whole.input, whole.json);
  };

  /** True: the answer is complete. */
  const readOther = (frame: Frame): boolean => {
    switch (frame.head.name) {
      case 'toolUseEvent':
        useTool(readPayload(frame));
        return false;
      case 'reasoningContentEvent':
        reason(readPayload(frame));
        return false;
      case 'metadataEvent':
      case 'contextUsageEvent':
      case 'meteringEvent':
        ending = { ...ending, ...readEnding(frame.head.name, readPayload(frame)) };
        return frame.head.name === 'meteringEvent';
      case 'invalidStateEvent':
        throw readInvalidState(readPayload(frame), upstreamId);
      default:
        if (!known.has(frame.head.name)) unknown.add(frame.head.name);
        return false;
    }
  };

  return {
    read(frame, target) {
      out = target;
      const { kind, name } = frame.head;
      if (kind !== 'event') throw readFailure(frame, upstreamId);
      if (name === 'assistantResponseEvent' || name === 'codeEvent') say(readContent(frame));
      else if (readOther(frame)) return true;
      return stopped !== undefined;
    },
    flush(target) {
      out = target;
      if (stopped === undefined) text?.flush();
    },
    end(target) {
      out = target;
      if (stopped === undefined) text?.flush();
      if (unknown.size > 0) log.debug('unknown events', { events: [...unknown] });
      const cut = stopped === undefined ? calls.cut() : [];
      if (cut.length > 0) context.onCut?.(cut);
      if (ending === undefined && !content && cut.length === 0) {
        throw new ChatError('upstream', 'Kiro answered nothing. Try again.', { code: 'EMPTY_ANSWER' });
      }
      const reasoning = context.countTokens(thoughts.join(''));
      const output = context.countTokens(written.join('')) + reasoning;
      const usage = writeUsage(ending ?? {}, { output, reasoning, maxInputTokens: context.maxInputTokens });
      out.push({ type: 'usage', usage });
      if (stopped !== undefined) out.push({ type: 'stop', reason: 'stop-sequence', sequence: stopped });
      else out.push({ type: 'stop', reason: stopOf(ending, { content, calls: called, cut: cut.length > 0 }) });
    },
  };
}

interface TextEnds {
  readonly text: (piece: string) => void;
  readonly think: (piece: string) => void;
  readonly stop: (sequence: string) => void;
  readonly call: (name: string, input: JsonObject) => void;
}

/** What text passes through; undefined when it need not pass through anything. */
function createText(context: AnswerContext, ends: TextEnds): Stage | undefined {
  const { schemas, stop, thinking } = context;
  const tagged = thinking !== undefined && thinking !== 'pass';
  if (schemas.size === 0 && stop.length === 0 && !tagged) return undefined;
  let stage: Stage = { push: ends.text, flush: () => {} };
  if (stop.length > 0) stage = createStops(stop, stage, ends.stop);
  if (schemas.size > 0) {
    stage = createLeaks(schemas, stage, leaked => {
      for (const { name, input } of leaked) ends.call(name, input);
    });
  }
  return tagged ? createThinking(thinking, stage, ends.think) : stage;
}

const known = new Set([
  'initial-response',
  'messageMetadataEvent',
  'codeReferenceEvent',
  'supplementaryWebLinksEvent',
  'followupPromptEvent',
  'citationEvent',
  'intentsEvent',
]);
