import type { ListProfiles } from './auth/auth.ts';
import { type Caller, createCaller } from './caller.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Control, createControl } from './control.ts';
import type { EndpointOptions } from './endpoints.ts';
import type { Transport } from './transport.ts';

/** How the service is reached, and who asks. */
export interface ConnectionOptions extends Partial<EndpointOptions> {
  readonly transport: Transport;
  readonly clock?: Clock;
  /** Of this program. */
  readonly version: string;
  /** As `process.platform` says it. */
  readonly platform: string;
  /** Of the runtime. */
  readonly runtimeVersion: string;
  /** Replaces the truthful user agent. */
  readonly userAgent?: string | undefined;
}

/** The service without an account: what signing in and asking share. */
export interface Connection {
  readonly call: Caller;
  readonly control: Control;
  /** For `createAuth`. */
  readonly listProfiles: ListProfiles;
}

/** Asks nobody until it is used. */
export function createConnection(options: ConnectionOptions): Connection {
  const call = createCaller({
    endpoint: 'auto',
    ...options,
    clock: options.clock ?? systemClock,
    userAgent: options.userAgent ?? userAgentOf(options),
  });
  const control = createControl(call);
  return { call, control, listProfiles: control.profiles };
}

/** Names this program truthfully, in the form that the service's own clients use. */
function userAgentOf({ version, platform, runtimeVersion }: ConnectionOptions): string {
  const system = systems.get(platform) ?? platform;
  return `aws-sdk-js/1.0.0 ua/2.1 os/${system} lang/js md/bun#${runtimeVersion} api/codewhispererstreaming#1.0.0 m/E kiro-gw/${version}`;
}

const systems: ReadonlyMap<string, string> = new Map([
  ['darwin', 'macos'],
  ['win32', 'windows'],
]);
