// Compiles the executable: for this machine to dist/kiro-gw, or with --all for every target, with SHA256SUMS.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { BunPlugin } from 'bun';
import { version } from '../package.json';

/** One executable: its file name, Bun's name of the platform (none: this machine) and better-sqlite3's. */
interface Target {
  readonly file: string;
  readonly platform?: Bun.Build.CompileTarget;
  readonly sqlite: string;
}

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
const sqliteHome = join(root, 'node_modules', 'better-sqlite3', 'lib');

// A cross build fetches Bun for the target from the npm registry once and keeps it.
const everyTarget: readonly Target[] = [
  { file: 'kiro-gw-linux-x64', platform: 'bun-linux-x64-baseline', sqlite: 'linux-x64' },
  { file: 'kiro-gw-linux-arm64', platform: 'bun-linux-arm64', sqlite: 'linux-arm64' },
  { file: 'kiro-gw-linux-x64-musl', platform: 'bun-linux-x64-baseline-musl', sqlite: 'linuxmusl-x64' },
  { file: 'kiro-gw-linux-arm64-musl', platform: 'bun-linux-arm64-musl', sqlite: 'linuxmusl-arm64' },
  { file: 'kiro-gw-darwin-arm64', platform: 'bun-darwin-arm64', sqlite: 'darwin-arm64' },
  { file: 'kiro-gw-darwin-x64', platform: 'bun-darwin-x64', sqlite: 'darwin-x64' },
  { file: 'kiro-gw-windows-x64.exe', platform: 'bun-windows-x64-baseline', sqlite: 'win32-x64' },
  { file: 'kiro-gw-windows-arm64.exe', platform: 'bun-windows-arm64', sqlite: 'win32-arm64' },
];

function thisMachine(): Target {
  const binding = require(join(sqliteHome, 'binding.js')) as { getPrebuildPath(): string | null };
  const prebuild = binding.getPrebuildPath();
  if (prebuild === null) throw new Error(`better-sqlite3 has no binary for ${process.platform}-${process.arch}.`);
  return { file: process.platform === 'win32' ? 'kiro-gw.exe' : 'kiro-gw', sqlite: basename(prebuild, '.node') };
}

// The plain import looks for node_modules at run time; this one embeds the target's own binary.
const embedSqlite = (platform: string): BunPlugin => ({
  name: 'embed-sqlite',
  setup(build) {
    build.onResolve({ filter: /^better-sqlite3$/ }, () => ({ path: join(sqliteHome, `${platform}.js`) }));
  },
});

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

async function compile(target: Target): Promise<void> {
  // Whoever runs or starts the old one meanwhile is not disturbed.
  const outfile = join(dist, `new-${process.pid}-${target.file}`);
  await Bun.build({
    entrypoints: [join(root, 'bin', 'kiro-gw.ts')],
    target: 'bun',
    format: 'esm',
    minify: { whitespace: true, syntax: true, identifiers: false },
    // Start-up: compiled ahead of time, and what a command does not need is not even read.
    bytecode: true,
    splitting: true,
    define: { KIRO_GW_COMMIT: JSON.stringify(commit()), 'process.env.NODE_ENV': '"production"' },
    plugins: [embedSqlite(target.sqlite)],
    compile: {
      ...(target.platform === undefined ? {} : { target: target.platform }),
      outfile,
      // A program must not take settings, and least of all code, from the folder it happens to be started in.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  renameSync(outfile, join(dist, target.file));
  console.log(`dist/${target.file}  ${(statSync(join(dist, target.file)).size / 1e6).toFixed(0)} MB`);
}

const everything = process.argv.includes('--all');
mkdirSync(dist, { recursive: true });
if (everything) {
  for (const target of everyTarget) await compile(target);
  const sums = everyTarget.map(({ file }) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(dist, file)))
      .digest('hex');
    return `${sum}  ${file}\n`;
  });
  writeFileSync(join(dist, 'SHA256SUMS'), sums.join(''));
  console.log(`Version ${version}, commit ${commit()}, ${sums.length} targets, sums in dist/SHA256SUMS`);
} else {
  const target = thisMachine();
  await compile(target);
}
