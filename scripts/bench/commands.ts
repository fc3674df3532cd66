// How long the commands take that are typed, or run by scripts, many times a day.
import { statSync } from 'node:fs';
import type { Figure } from './figures.ts';
import { createHome, removeHome, type Upstream } from './target.ts';

const commands = [
  { name: '--version', bar: 25 },
  { name: '--help', bar: 30 },
  { name: 'models', bar: 80 },
];

/** Start to end of each command of the executable, `models` with a list in its cache, and the executable's size. */
export function measureCommands(executable: string, upstream: Upstream, runs: number): Figure[] {
  const home = createHome();
  const url = `http://127.0.0.1:${upstream.port}`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    KIRO_RUNTIME_URL: url,
    KIRO_MANAGEMENT_URL: url,
    KIRO_API_KEY: 'ksk_bench',
  };
  const run = (name: string): number => {
    const started = performance.now();
    const { exitCode } = Bun.spawnSync([executable, name], { env, stdio: ['ignore', 'ignore', 'ignore'] });
    if (exitCode !== 0) throw new Error(`kiro-gw ${name} ended with ${exitCode}.`);
    return performance.now() - started;
  };
  try {
    const figures = commands.map(({ name, bar }): Figure => {
      // The first ones fill the caches, also the command's own.
      const times = Array.from({ length: runs * 5 }, () => run(name)).slice(runs);
      return { name: `kiro-gw ${name}`, unit: 'ms', values: times, goal: { at: bar, better: 'lower' } };
    });
    return [...figures, { name: 'executable', unit: 'MB', values: [statSync(executable).size / 1e6] }];
  } finally {
    removeHome(home);
  }
}
