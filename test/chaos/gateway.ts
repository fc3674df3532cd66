import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../support/gateway.ts';

/** A gateway with a sign-in that can be renewed, and with little patience. */
export function startImpatient(
  emulator: Emulator,
  env: Readonly<Record<string, string>> = {},
  options: Pick<GatewayOptions, 'program'> = {},
): Promise<RunningGateway> {
  const { refreshToken, profileArn } = emulator.credentials.social();
  return startGateway({
    ...options,
    emulator,
    env: {
      REFRESH_TOKEN: refreshToken,
      PROFILE_ARN: profileArn,
      MAX_RETRIES: '2',
      BASE_RETRY_DELAY: '0.005',
      RATE_LIMIT_429_BACKOFF: '0.01',
      FIRST_TOKEN_TIMEOUT: '4',
      FIRST_TOKEN_MAX_RETRIES: '1',
      STREAMING_READ_TIMEOUT: '4',
      HTTP_KEEPALIVE_EXPIRY: '1',
      HTTP_MAX_CONNECTIONS: '1000',
      ...env,
    },
  });
}

/** The program that says what it holds, in the executable's place. */
export const watched: Pick<GatewayOptions, 'program'> = {
  program: [process.execPath, join(import.meta.dirname, 'watched.ts')],
};

/** What the heap of a watched program holds, garbage apart. */
export interface Held {
  readonly timers: number;
  readonly sockets: number;
  readonly signals: number;
}

/** Asks a watched program what it holds. */
export async function readHeld({ pid, errors }: RunningGateway): Promise<Held> {
  const told = (): string[] => errors().match(/^holds .*$/gm) ?? [];
  const before = told().length;
  process.kill(pid, 'SIGUSR2');
  while (told().length === before) await new Promise(resolve => setTimeout(resolve, 10));
  return JSON.parse(told().at(-1)?.slice('holds '.length) ?? '') as Held;
}

export const headersOf = ({ key }: RunningGateway) => ({ authorization: `Bearer ${key}`, connection: 'close' });

/** The requests that run now, the one that asks not among them. */
export async function countOpen(gateway: RunningGateway): Promise<number> {
  const response = await fetch(`${gateway.url}/metrics`, { headers: headersOf(gateway) });
  return Number(/^kiro_gw_open_requests (\d+)$/m.exec(await response.text())?.[1]) - 1;
}
