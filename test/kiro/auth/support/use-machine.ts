import { afterEach, beforeEach } from 'vitest';
import type { Emulator } from '../../../../src/emulator/emulator.ts';
import { later } from '../../../support/later.ts';
import { createMachine, type TestMachine } from './machine.ts';
import { createSignInsOn } from './sign-ins.ts';

/** A machine for the tests of this file, anew for each, and the sign-ins that other programs keep on it. */
export function useMachine(emulator?: Emulator): {
  readonly machine: TestMachine;
  readonly signIns: ReturnType<typeof createSignInsOn>;
} {
  let made: TestMachine | undefined;
  let signIns: ReturnType<typeof createSignInsOn> | undefined;
  beforeEach(() => {
    made = createMachine(emulator?.url);
    signIns = createSignInsOn(made);
  });
  afterEach(() => made?.remove());
  return { machine: later(() => made), signIns: later(() => signIns) };
}
