import type { Line } from '../connection.ts';
import type { Gateway } from '../gateway.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

/** One fact that doctor states. */
export interface Fact {
  readonly state: 'fine' | 'notable' | 'broken';
  readonly topic: string;
  readonly text: string;
  /** The command that mends it. */
  readonly mend?: string;
}

/** What is looked at. */
export interface Patient {
  readonly resolved: ResolvedSettings;
  readonly world: World;
  readonly gateway: Gateway;
  readonly line: Line;
  /** Whether a model is to be asked, too. */
  readonly isLive: boolean;
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
}

export type Check = (patient: Patient) => Promise<readonly Fact[]>;

export const fine = (topic: string, text: string): Fact => ({ state: 'fine', topic, text });

export const notable = (topic: string, text: string, mend?: string): Fact => state('notable', topic, text, mend);

export const broken = (topic: string, text: string, mend?: string): Fact => state('broken', topic, text, mend);

const state = (state: Fact['state'], topic: string, text: string, mend: string | undefined): Fact => ({
  state,
  topic,
  text,
  ...(mend === undefined ? {} : { mend }),
});

/** An error's words without their advice to run what runs already. */
export const withoutAdvice = (message: string): string =>
  message.replace(/[,.]? (?:then )?(?:run:? )?kiro-gw doctor(?: says why)?\.?$/i, '.');
