import type { Emulator } from '../../src/emulator/emulator.ts';

/** One command line as a person meets it. */
export interface Session {
  readonly name: string;
  /** What is typed, as a shell reads it. */
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed when something has been shown. */
  readonly steps?: readonly Step[];
  /** Lines of a shell that come before, unseen. */
  readonly before?: readonly string[];
  /** What the service is to answer, where it is not the usual. */
  readonly service?: (emulator: Emulator) => void;
  /** A wrong turn: what is said about it is alike on wide screens and narrow ones, so that a few are looked at. */
  readonly isWrong?: true;
  /** Where it only makes sense on a terminal, or only in a pipe. */
  readonly only?: 'terminal' | 'pipe';
}

/** Types something when something has been shown, or (with an empty text) asks the gateway whose address was shown. */
export interface Step {
  readonly wait: RegExp;
  readonly type: string;
}

/** A kind of screen, and whether anything is set up. */
export interface Variant {
  readonly title: string;
  /** None for a pipe. */
  readonly columns?: number;
  readonly colours: boolean;
  readonly isConfigured: boolean;
  /** Also looked at for wrong turns. */
  readonly isUsual?: true;
}

export const variants: readonly Variant[] = [
  { title: '80 columns, with colours', columns: 80, colours: true, isConfigured: true, isUsual: true },
  { title: '80 columns, without colours', columns: 80, colours: false, isConfigured: true },
  { title: '120 columns, with colours', columns: 120, colours: true, isConfigured: true },
  { title: '120 columns, without colours', columns: 120, colours: false, isConfigured: true },
  { title: 'in a pipe', colours: true, isConfigured: true, isUsual: true },
  { title: '80 columns, nothing configured', columns: 80, colours: false, isConfigured: false, isUsual: true },
  { title: 'in a pipe, nothing configured', colours: true, isConfigured: false },
];

export const interrupt = '\u0003';

/** A service that nobody is there for, and one that has no address. */
export const unreachable = (url: 'http://127.0.0.1:1' | 'https://kiro.invalid'): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(['RUNTIME', 'MANAGEMENT', 'OIDC', 'AUTH'].map(plane => [`KIRO_${plane}_URL`, url])),
  MAX_RETRIES: '0',
});

/** Ends what waits, once something has been shown. */
export const stop = (wait: RegExp): readonly Step[] => [{ wait, type: interrupt }];
