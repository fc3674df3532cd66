import type { Model } from '../../core/model.ts';
import type { Variables } from '../shells.ts';
import type { Environment } from '../world.ts';

/** How a program is started so that it uses a gateway, and how it came to be known that it needs this. */
export type Launch = (facts: LaunchFacts) => LaunchPlan;

/** The gateway and the machine around the program. */
export interface LaunchFacts {
  /** Without `/v1`. */
  readonly address: string;
  readonly key: string;
  readonly models: readonly Model[];
  readonly model: string;
  /** Whether the person named that model. */
  readonly isModelChosen: boolean;
  /** A folder that goes with the program. */
  readonly folder: string;
  readonly env: Environment;
  readonly home: string;
  /** What the person wants the program to be called with. */
  readonly args: readonly string[];
  /** The text of a file, if there is one. */
  read(path: string): string | undefined;
}

/** What is added to a program's start. */
export interface LaunchPlan {
  /** Before the person's own arguments. */
  readonly args?: readonly string[];
  readonly variables?: Variables;
  /** Variables that would lead it elsewhere. */
  readonly without?: readonly string[];
  /** Files to make in the folder, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What every program that speaks one of the APIs finds in its environment. */
export const commonVariables = ({ address, key, env }: Pick<LaunchFacts, 'address' | 'key' | 'env'>): Variables => ({
  OPENAI_BASE_URL: `${address}/v1`,
  OPENAI_API_BASE: `${address}/v1`,
  OPENAI_API_KEY: key,
  ANTHROPIC_BASE_URL: address,
  ANTHROPIC_AUTH_TOKEN: key,
  ANTHROPIC_API_KEY: key,
  KIRO_GW_API_KEY: key,
  ...bypassProxies(env),
});

// The gateway is on this machine, where a proxy would not find it.
function bypassProxies(env: Environment): Variables {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  if (!names.some(name => env[name] || env[name.toLowerCase()])) return {};
  const kept = env['NO_PROXY'] || env['no_proxy'];
  const all = `${kept ? `${kept},` : ''}127.0.0.1,localhost`;
  return { NO_PROXY: all, no_proxy: all };
}
