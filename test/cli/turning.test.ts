import { expect, it } from 'vitest';
import { createTurning } from '../../src/cli/turning.ts';
import { createScreen } from '../support/world.ts';

it('nothing turns on a terminal without a width, which pipes of containers are', async () => {
  const screen = createScreen({ terminal: true });
  const errors = { ...screen, stream: { columns: 0, isTTY: true } as NodeJS.WriteStream };
  const turning = await createTurning({ errors });
  turning.start('Waiting…');
  turning.stop();
  expect(screen.text()).toBe('Waiting…\n');
});
