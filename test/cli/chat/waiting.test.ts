import { expect, it } from 'vitest';
import { createWaiting } from '../../../src/cli/chat/waiting.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { createScreen } from '../../support/world.ts';

const refused = new ChatError('network', 'q.example.com:443 refused the connection. Check the firewall.', {
  code: 'refused',
});
const busy = new ChatError('rate', 'Kiro asks to slow down: too\n\u001b[31mmany', { retryAfter: 30 });

let time = 0;
const now = (): number => time;

it('says once in a pipe that the service is asked again, and why', async () => {
  const errors = createScreen({});
  const waiting = await createWaiting({ errors, now });
  waiting.start();
  expect(errors.text()).toBe('');
  waiting.again(refused, 700);
  waiting.again(refused, 1400);
  waiting.stop();
  expect(errors.text()).toBe('q.example.com:443 refused the connection; asking again.\n');
});

it('says on a terminal which attempt it is, in one line', async () => {
  const screen = createScreen({ terminal: true });
  // One that nothing can turn on: all that is said stays.
  const errors = { ...screen, columns: 80, stream: { columns: 0, isTTY: true } as NodeJS.WriteStream };
  const waiting = await createWaiting({ errors, now });
  waiting.start();
  waiting.again(refused, 700);
  waiting.again(busy, 0);
  waiting.stop();
  waiting.again(refused, 700);
  expect(screen.text().split('\n')).toEqual([
    'Waiting for the answer… Ctrl-C stops it.',
    'q.example.com:443 refused the co…; asking again (attempt 2)… Ctrl-C stops it.',
    'Kiro asks to slow down: …; asking again in 30 s (attempt 3)… Ctrl-C stops it.',
    '',
  ]);
});

it('is over after a while without a connection, and only then', async () => {
  const waiting = await createWaiting({ errors: createScreen({}), now });
  waiting.start();
  time += 14_000;
  waiting.again(refused, 700);
  time += 2000;
  waiting.again(busy, 700);
  expect(() => waiting.again(refused, 700)).toThrow(refused);
  waiting.stop();
  waiting.start();
  waiting.again(refused, 700);
});
