// What the executable is made of: checks every package's licence, writes dist/sbom.json, and asks for known
// vulnerabilities where the registry can be reached. Ends with 1 on a licence that is not allowed or a grave vulnerability.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

const root = join(import.meta.dirname, '..');
// All of them allow to be part of a program under the MIT licence, in source and as an executable.
const allowed = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
]);

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const shipped = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);
const wrong = shipped.filter(([path, locked]) => !isAllowed(licenceOf(path, locked)));
for (const [path, locked] of wrong)
  console.error(`${nameOf(path)} ${locked.version}: the licence ${licenceOf(path, locked)} is not allowed`);
console.log(`${shipped.length} packages in the executable, ${wrong.length} with a licence that is not allowed`);

const sbom = npm(['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx']);
const components = readComponents(sbom.stdout);
if (components === undefined) console.error(`No bill of materials: ${sbom.stderr.trim().split('\n').at(-1)}`);
else {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'sbom.json'), sbom.stdout);
  console.log(`dist/sbom.json  ${components} components, CycloneDX`);
}

const audit = npm(['audit', '--omit', 'dev', '--json', '--fetch-retries', '0', '--fetch-timeout', '15000']);
const counts = readCounts(audit.stdout);
const grave = counts === undefined ? 0 : (counts['high'] ?? 0) + (counts['critical'] ?? 0);
if (counts === undefined)
  console.warn('The registry could not be asked for vulnerabilities; that is not checked here.');
else
  console.log(
    `known vulnerabilities: ${Object.entries(counts)
      .map(([level, count]) => `${count} ${level}`)
      .join(', ')}`,
  );

process.exit(wrong.length > 0 || components === undefined || grave > 0 ? 1 : 0);

function npm(args: readonly string[]): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
  return { stdout, stderr };
}

/** `(MIT OR GPL-2.0)` is allowed by one of its sides, `MIT AND X` only by both. */
function isAllowed(licence: string): boolean {
  const bare = licence.replaceAll(/[()]/g, ' ').trim();
  if (/\bOR\b/.test(bare)) return bare.split(/\bOR\b/).some(isAllowed);
  return bare.split(/\bAND\b/).every(one => allowed.has(one.trim()));
}

// The lock file names most licences; the package itself names the others.
function licenceOf(path: string, { license }: Locked): string {
  if (license !== undefined) return license;
  try {
    const own = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { license?: unknown };
    return typeof own.license === 'string' ? own.license : 'unknown';
  } catch {
    return 'unknown';
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function readComponents(text: string): number | undefined {
  try {
    return (JSON.parse(text) as { components: readonly unknown[] }).components.length;
  } catch {
    return undefined;
  }
}

function readCounts(text: string): Record<string, number> | undefined {
  try {
    const { metadata } = JSON.parse(text) as { metadata?: { vulnerabilities?: Record<string, number> } };
    return metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
