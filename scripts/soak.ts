// A long mixed load on the executable: npm run soak -- --minutes 30. Ends with 1 when anything was not as it must be.
// With --watched on the program from its source, which also says what its heap holds of timers, sockets and signals.
import { parseArgs } from 'node:util';
import { startEmulator } from '../src/emulator/emulator.ts';
import { countOpen, readHeld, startImpatient, watched } from '../test/chaos/gateway.ts';
import { countWakes, readHoldings } from '../test/chaos/process.ts';
import { slopeOf, soak } from '../test/chaos/soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    streams: { type: 'string', default: '200' },
    pace: { type: 'string', default: '100' },
    watched: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.minutes) * 60;
const width = Number(values.streams);

const emulator = await startEmulator({ remember: 1000 });
const patience = { FIRST_TOKEN_TIMEOUT: '30', STREAMING_READ_TIMEOUT: '30', LOG_LEVEL: 'error' };
const gateway = await startImpatient(emulator, patience, values.watched ? watched : {});
// What is loaded on first use is no part of what is left.
await soak({ gateway, emulator, seconds: 1, width: 5, faulty: 0, leaving: 0, pace: 10 });
await countOpen(gateway);
await Bun.sleep(2000);
const heldBefore = values.watched ? await readHeld(gateway) : undefined;
const wakesBefore = await countWakes(gateway.pid, 5);
const before = readHoldings(gateway.pid);

const say = (line: string): void => console.log(line);
const report = await soak({
  gateway,
  emulator,
  seconds,
  width,
  faulty: 0.05,
  leaving: 0.05,
  pace: Number(values.pace),
  say,
});
await Bun.sleep(5000);
const open = await countOpen(gateway);
await Bun.sleep(1000);
const after = readHoldings(gateway.pid);
const wakesAfter = await countWakes(gateway.pid, 5);
const held = values.watched ? await readHeld(gateway) : undefined;
const uncaught = gateway.errors().match(/nobody caught/g)?.length ?? 0;
const code = await gateway.stop();
await emulator.close();

const slope = slopeOf(report.memory);
for (const problem of report.wrong) say(`wrong: ${problem}`);
say(`${report.requests} answers in ${seconds} s at ${width} at once: ${report.wrongCount} wrong`);
say(
  `${report.faulty} of them with a fault, ${report.left} left by their client, the slowest took ${report.slowest} ms`,
);
say(
  `memory: ${before.memory.toFixed(0)} MB before, highest ${Math.max(...report.memory).toFixed(0)} MB, after ${after.memory.toFixed(0)} MB`,
);
say(`its slope after the warm-up: ${slope.toFixed(2)} MB a minute`);
say(`open requests afterwards: ${open}; files and sockets: ${before.files} before, ${after.files} after`);
say(`woken while idle: ${wakesBefore.toFixed(1)} times a second before, ${wakesAfter.toFixed(1)} after`);
if (held !== undefined) say(`on the heap: ${JSON.stringify(heldBefore)} before, ${JSON.stringify(held)} after`);
say(`uncaught errors: ${uncaught}; exit code ${code}`);

const isLong = seconds >= 300;
const names = ['timers', 'sockets', 'signals'] as const;
const hasNotGrown = names.every(name => (held?.[name] ?? 0) <= (heldBefore?.[name] ?? 0));
const isFine =
  report.wrongCount === 0 &&
  open === 0 &&
  after.files <= before.files + 2 &&
  wakesAfter <= wakesBefore + 5 &&
  hasNotGrown &&
  uncaught === 0 &&
  code === 0 &&
  (!isLong || slope < 1);
if (!isLong) say('Too short to judge the slope.');
process.exit(isFine ? 0 : 1);
