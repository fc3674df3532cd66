// Runs the project's own Bun with the given arguments, whether or not npm ran Bun's install script.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = join(root, 'node_modules', 'bun');
const binary = join(home, 'bin', 'bun.exe');
const isReal = () => existsSync(binary) && statSync(binary).size > 1_000_000;

if (!existsSync(home)) {
  console.error('The dependencies are not installed. Run: npm ci');
  process.exit(1);
}
if (!isReal())
  spawnSync(process.execPath, [join(home, 'install.js')], { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
if (!isReal()) {
  console.error('Bun could not be set up from node_modules. Run: npm ci --include=optional');
  process.exit(1);
}

const child = spawn(binary, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
