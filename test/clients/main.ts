// Plays scripted turns with real clients against the executable on an emulator, and writes test/clients/RESULT.md.
// Words that follow choose clients by name or version; --turn=… and --api=… choose further, --traces=FOLDER keeps what happened.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isolation } from '../support/clients.ts';
import { drivers } from './drivers.ts';
import { type Installed, installAll } from './install.ts';
import { playAll } from './play-all.ts';
import { writeResult } from './result.ts';
import { turns } from './turns.ts';

const words = process.argv.slice(2);
const option = (name: string): string | undefined =>
  words.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const inside = option('inside');
const names = words.filter(word => !word.startsWith('--'));
const traces = option('traces');
const api = option('api');
const turnName = option('turn');

const wanted = drivers
  .filter(
    ({ name, version }) =>
      names.length === 0 || names.some(word => `${name} ${version}`.toLowerCase().includes(word.toLowerCase())),
  )
  .map(driver => ({ ...driver, apis: driver.apis.filter(name => api === undefined || name === api) }));

if (inside === undefined) {
  const build = join(import.meta.dirname, '../../scripts/build.ts');
  const isGiven = process.env['KIRO_GW_EXECUTABLE'] !== undefined;
  if (!isGiven && spawnSync(process.execPath, [build], { stdio: 'inherit' }).status !== 0) process.exit(1);
  const installed = await installAll(wanted);
  const shell = await isolation();
  if (shell.length === 0) console.log('This system has no network namespaces: clients may reach the network.');
  const [program = '', ...args] = [
    ...shell,
    process.execPath,
    import.meta.filename,
    ...words,
    `--inside=${JSON.stringify(installed)}`,
  ];
  process.exit(spawnSync(program, args, { stdio: 'inherit' }).status ?? 1);
}

const installed = JSON.parse(inside) as Installed;
const startedAt = performance.now();
const outcomes = await playAll(
  wanted,
  turns.filter(({ name }) => turnName === undefined || name === turnName),
  installed,
  names.length > 0,
  outcome => {
    if (outcome.skipped !== undefined) return;
    const { driver, api, turn, problem, seconds, trace } = outcome;
    console.log(
      `${problem === undefined ? '✓' : '✗'} ${driver.name} ${driver.version} · ${api} · ${turn.name} (${seconds.toFixed(1)} s)${problem === undefined ? '' : `: ${problem}`}`,
    );
    if (traces === undefined) return;
    const file = `${driver.name} ${driver.version} ${api} ${turn.name}`.toLowerCase().replaceAll(/[^\w.]+/g, '-');
    writeFileSync(join(traces, file), trace ?? '');
  },
);
const absent = wanted.flatMap(driver => {
  const reason = driver.missing ?? installed.missing[`${driver.package}@${driver.version}`];
  return reason === undefined ? [] : [{ driver, reason }];
});
const result = writeResult(outcomes, absent);
if (names.length === 0 && turnName === undefined && api === undefined)
  writeFileSync(join(import.meta.dirname, 'RESULT.md'), result);
console.log(`\n${result}`);
const failed = outcomes.filter(({ problem }) => problem !== undefined).length;
const passed = outcomes.filter(({ problem, skipped }) => problem === undefined && skipped === undefined).length;
console.log(`${passed} passed, ${failed} failed, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
process.exit(failed === 0 ? 0 : 1);
