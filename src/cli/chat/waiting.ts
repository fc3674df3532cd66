import type { ChatError } from '../../core/errors.ts';
import { neverConnected } from '../../kiro/network.ts';
import { cut } from '../print.ts';
import { createTurning } from '../turning.ts';
import type { World } from '../world.ts';
import { withoutControls } from './plain-text.ts';

/** What a person sees while nothing of an answer is there. */
export interface Waiting {
  start(): void;
  /**
   * Says that the service is asked again, in so many milliseconds, and what it failed of. Throws that where a person has
   * waited long enough and there was no connection yet: it will not come by itself.
   */
  again(error: ChatError, delay: number): void;
  stop(): void;
}

/** Something that turns on a terminal; elsewhere one line, and only where the service is asked again. */
export async function createWaiting({ errors, now }: Pick<World, 'errors' | 'now'>): Promise<Waiting> {
  const turning = errors.isTerminal ? await createTurning({ errors }) : undefined;
  let isOn = false;
  let attempt = 1;
  let startedAt = 0;
  return {
    start() {
      if (isOn) return;
      isOn = true;
      attempt = 1;
      startedAt = now();
      turning?.start(`Waiting for the answer${stops}`);
    },
    again(error, delay) {
      if (neverConnected(error) && now() - startedAt > longest) throw error;
      // What has come already would be written into.
      if (!isOn) return;
      attempt += 1;
      const wait = Math.round(Math.max(delay / 1000, error.retryAfter ?? 0));
      const next = `; asking again${wait < 2 ? '' : ` in ${wait} s`}`;
      if (turning === undefined) {
        if (attempt === 2) errors.write(`${reasonOf(error)}${next}.\n`);
        return;
      }
      const rest = `${next} (attempt ${attempt})${stops}`;
      turning.start(cut(reasonOf(error), Math.max(narrowest, errors.columns - rest.length - signWidth)) + rest);
    },
    stop() {
      isOn = false;
      turning?.stop();
    },
  };
}

// An error says first what happened, and then what to do about it: that is for when it has ended so.
const reasonOf = ({ message }: ChatError): string =>
  withoutControls(/^.*?(?=\.(\s|$)|$)/s.exec(message)?.[0] ?? message).replaceAll(/\s+/g, ' ');

const stops = '… Ctrl-C stops it.';
const narrowest = 20;
// Milliseconds.
const longest = 15_000;
// What turns, and a column that terminals like to keep free.
const signWidth = 3;
