import type { ToolStep } from '../../src/emulator/emulator.ts';
import type { TurnName } from './turns.ts';

export type Api = 'Messages' | 'Chat Completions' | 'Responses';

/** A program or library under test, and how it is pointed at the gateway. */
export interface Driver {
  readonly name: string;
  readonly package: string;
  /** An exact version. */
  readonly version: string;
  /** Further packages that are installed beside it, as `name@version`. */
  readonly others?: readonly string[];
  /** What its install script would do, which is not run unasked. */
  finish?(folder: string): Promise<unknown>;
  /** Why it cannot be installed or run here. */
  readonly missing?: string;
  readonly apis: readonly Api[];
  /** The model it is told to use. */
  readonly model: string;
  /** Turns that it cannot do at all, with the reason; of one API or of all. */
  without?(api: Api): Readonly<Partial<Record<TurnName, string>>>;
  /** Names of models that clients insist on, and what is behind them here. */
  readonly aliases?: string;
  /** Why only one turn of it is played unless it is asked for by name. */
  readonly slow?: string;
  /** The calls that its own tools understand. */
  tools(api: Api): ClientTools;
  /** How a picture reaches it: through its own tool that reads files, or given with the prompt. */
  readonly picture?: 'read' | 'given';
  command(scene: Scene): Command;
}

export interface ClientTools {
  /** Calls whatever brings the text into the file, or nearer to it. */
  write(file: string, text: string, declared: readonly string[]): ToolStep;
  read(file: string): ToolStep;
}

/** One turn of one client. */
export interface Scene {
  readonly api: Api;
  readonly turn: TurnName;
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** Where the client is installed: the folder that has `node_modules`. */
  readonly installed: string;
  /** An empty home folder, for its configuration. */
  readonly home: string;
  /** The project it works in, and its current folder. */
  readonly work: string;
  readonly prompt: string;
  /** A picture to give with the prompt. */
  readonly picture?: string;
}

/** A program to start in the project's folder. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}
