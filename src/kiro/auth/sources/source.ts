import type { Credential, Renewed } from '../token.ts';

/** What became of a write-back: `overtaken` when the place holds another sign-in by now, `refused` when it cannot be written. */
export type Written = 'written' | 'overtaken' | 'refused';

/** A kind of place where sign-ins live. */
export type Place = 'environment' | 'file' | 'database' | 'store' | 'ide' | 'kiro-cli' | 'amazon-q';

/** One place where one sign-in lives. */
export interface Source {
  /** The same in every process; what locks hang on. */
  readonly id: string;
  readonly place: Place;
  /** For people: "Kiro IDE". */
  readonly name: string;
  readonly path?: string;
  /** The name of the account, in our own store. */
  readonly account?: string;
  /** What to do for a new sign-in, as the end of a sentence. */
  readonly signIn: string;
  /** The files that change when the sign-in does. */
  readonly watched: readonly string[];
  /** Undefined when there is none; throws `ChatError` of kind `login` when what is there cannot be read. */
  read(): Promise<Credential | undefined>;
  /** Stores a renewal, if the place still holds the refresh token that was used for it. */
  write(used: Credential, renewed: Renewed): Promise<Written>;
  /** Whether a renewal could be stored. */
  isWritable(): Promise<boolean>;
}

/** What sources need to know of the machine. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** As `process.platform` says it. */
  readonly platform: string;
}
