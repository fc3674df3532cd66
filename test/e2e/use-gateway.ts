import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { later } from '../support/later.ts';

/** A gateway with an API key for the tests of this file; every request of theirs is one that the service takes. */
export function useGateway(env: Readonly<Record<string, string>> = {}): {
  readonly emulator: Emulator;
  readonly gateway: RunningGateway;
} {
  const emulator = useEmulator();
  let running: RunningGateway | undefined;
  beforeAll(async () => {
    const key = emulator.credentials.apiKey().accessToken;
    running = await startGateway({ emulator, env: { KIRO_API_KEY: key, ...env } });
  });
  afterEach(() => expect(emulator.violations).toEqual([]));
  afterAll(async () => expect(await running?.stop()).toBe(0));
  return { emulator, gateway: later(() => running) };
}
