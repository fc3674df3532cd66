import type { Model } from '../../core/model.ts';
import type { Environment } from '../world.ts';

/** A program that `setup` can point at the gateway. */
export interface Client {
  readonly title: string;
  /** The files to change, and how. */
  files(facts: SetupFacts): readonly FilePlan[];
  /** What is left to the person: lines to read, and lines to paste. */
  notes?(facts: SetupFacts): readonly string[];
}

/** What a client's configuration is made from. */
export interface SetupFacts {
  /** Of the gateway, without `/v1`. */
  readonly address: string;
  readonly key: string;
  /** The file with the key, unless it is a setting. */
  readonly keyFile?: string;
  /** The command that prints the key. */
  readonly keyCommand: readonly [program: string, ...args: readonly string[]];
  /** Put the key itself into the configuration. */
  readonly withKey: boolean;
  readonly models: readonly Model[];
  /** The model to begin with. */
  readonly model: string;
  /** Whether the person named that model. */
  readonly isModelChosen: boolean;
  readonly env: Environment;
  readonly home: string;
  readonly platform: string;
  /** Whether there is such a file. */
  exists(path: string): boolean;
}

/** Changes of one file. */
export interface FilePlan {
  readonly path: string;
  readonly form: Form;
  readonly edits: readonly Edit[];
  /** It holds the key afterwards. */
  readonly isSecret?: boolean;
}

export type Form = 'json' | 'toml' | 'yaml';

export type Edit = SetEdit | ListEdit;

/** Puts a value at a place; what was there is kept for `--undo`. */
export interface SetEdit {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Leaves what is there. */
  readonly unlessSet?: true;
}

/** Puts entries at the end of a list. How a field of them ends tells them from others, also from those of an earlier time. */
export interface ListEdit {
  readonly path: readonly string[];
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly mark: { readonly field: string; readonly ending: string };
}

/** The variable from which clients read the key that can read no file and run no command. */
export const keyVariable = 'KIRO_GW_API_KEY';

/** How the key gets into that variable. */
export const exportKey = ({ keyCommand }: SetupFacts, variable = keyVariable): string =>
  `export ${variable}="$(${writeCommand(keyCommand)})"`;

/** A command as a shell reads it. */
export const writeCommand = (command: readonly string[]): string =>
  command.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
