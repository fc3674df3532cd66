import { openLine } from '../connection.ts';
import { Ended } from '../exit.ts';
import { openGateway } from '../gateway.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import { createTurning } from '../turning.ts';
import type { Screen, World } from '../world.ts';
import { examine } from './examine.ts';
import type { Fact } from './fact.ts';
import { writeReport } from './report.ts';

export interface DoctorOptions {
  readonly json?: true;
  readonly report?: true;
  readonly live?: true;
}

/** Writes one line a fact. */
export async function runDoctor(resolved: ResolvedSettings, world: World, options: DoctorOptions): Promise<void> {
  const line = await openLine(resolved, world);
  const gateway = await openGateway(resolved, world);
  const isWatched = world.errors.isTerminal && world.output.isTerminal && !options.json && !options.report;
  const turning = isWatched ? await createTurning(world) : undefined;
  try {
    const signal = AbortSignal.timeout(patience);
    turning?.start('Looking at everything… it takes 10 s at most.');
    const facts = await examine({ resolved, world, gateway, line, isLive: options.live === true, signal });
    turning?.stop();
    world.output.write(write(facts, world, options));
    if (facts.some(({ state }) => state === 'broken')) throw new Ended('failed');
  } finally {
    turning?.stop();
    // What hangs is not to hold up the end.
    await Promise.race([Promise.all([gateway.close(), line.transport.close()]), Bun.sleep(farewell)]);
  }
}

function write(facts: readonly Fact[], world: World, { json, report }: DoctorOptions): string {
  if (json) return `${JSON.stringify(facts, null, 2)}\n`;
  if (report) return writeReport(facts, world);
  return `${facts.map(fact => writeFact(fact, world.output)).join('')}${summary(facts, world.output)}`;
}

function writeFact({ state, topic, text, mend }: Fact, screen: Screen): string {
  const colours = paint(screen);
  const marks = { fine: colours.green('✓'), notable: colours.yellow('!'), broken: colours.red('✗') };
  const remedy = mend === undefined ? '' : colours.dim(`→ ${mend}`);
  const width = screen.columns - indent.length;
  const isShort = Bun.stringWidth(`${text}  ${remedy}`) <= width;
  const lines = wrap(isShort && remedy !== '' ? `${text}  ${remedy}` : text, width);
  // A command stands whole, to be copied.
  const all = isShort || remedy === '' ? lines : [...lines, remedy];
  return `${marks[state]} ${topic.padEnd(9)} ${all.join(`\n${indent}`)}\n`;
}

function wrap(text: string, width: number): readonly string[] {
  return Number.isFinite(width) ? Bun.wrapAnsi(text, Math.max(20, width), { hard: true }).split('\n') : [text];
}

function summary(facts: readonly Fact[], screen: Screen): string {
  const { green, red } = paint(screen);
  const count = facts.filter(({ state }) => state === 'broken').length;
  if (count === 0) return `\n${green('Nothing is broken.')}\n`;
  const what = count === 1 ? 'One thing is broken.' : `${count} things are broken; begin with the first.`;
  return `\n${red(what)}\n`;
}

const indent = ' '.repeat(12);
/** Milliseconds for all checks together. */
const patience = 9000;
const farewell = 300;
