// Measures a gateway against the bare upstream, in one run and in turn. Usage:
//   npm run bench -- [--only start,first-byte,…] [--runs 5] [--json FILE]
// Another gateway: --name N, and --start "command {port} {upstream} {key}" with --env NAME=VALUE, or --url URL --key KEY
// where it runs already. Another upstream: --upstream URL.
import { writeFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCommands } from './commands.ts';
import { type Figure, writeTable } from './figures.ts';
import { measureAgent, measureFirstByte, measureLeaving, measureRefusals, measureStart } from './latency.ts';
import { type Gateway, type GatewayPlan, startGateway, startUpstream, type Upstream, useUpstream } from './target.ts';
import { measureGrowth, measureOpenStreams, measurePaced, measureThroughput } from './throughput.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    json: { type: 'string' },
    name: { type: 'string', default: 'kiro-gw' },
    start: { type: 'string' },
    env: { type: 'string', multiple: true, default: [] },
    url: { type: 'string' },
    key: { type: 'string', default: '' },
    upstream: { type: 'string' },
  },
});
const runs = Number(values.runs);
const executable = join(import.meta.dirname, '../../dist', platform() === 'win32' ? 'kiro-gw.exe' : 'kiro-gw');
const plan: GatewayPlan = {
  name: values.name,
  ...(values.url === undefined ? {} : { running: { url: values.url, key: values.key } }),
  command: values.start ? values.start.split(' ') : [executable, 'serve', '--port', '{port}'],
  env: {
    KIRO_RUNTIME_URL: '{upstream}',
    KIRO_MANAGEMENT_URL: '{upstream}',
    KIRO_API_KEY: 'ksk_bench',
    PROXY_API_KEY: '{key}',
    ...Object.fromEntries(values.env.map(pair => pair.split(/=(.*)/s).slice(0, 2) as [string, string])),
  },
};

type Scenario = (upstream: Upstream, shared: () => Promise<Gateway>) => Promise<Figure[]>;
const scenarios: Record<string, Scenario> = {
  start: upstream => measureStart(plan, upstream, runs),
  commands: async upstream => (values.start || values.url ? [] : measureCommands(executable, upstream, runs)),
  'first-byte': async (upstream, shared) => measureFirstByte(await shared(), upstream, runs),
  throughput: async (upstream, shared) => measureThroughput(await shared(), upstream, runs),
  paced: upstream => measurePaced(plan, upstream, Math.min(runs, 3)),
  agent: async (upstream, shared) => measureAgent(await shared(), upstream, runs),
  refusals: async (upstream, shared) => measureRefusals(await shared(), upstream, runs),
  leaving: async (upstream, shared) => measureLeaving(await shared(), upstream, runs),
  growth: async (upstream, shared) => measureGrowth(await shared(), upstream),
  streams: upstream => measureOpenStreams(plan, upstream),
};

const chosen = values.only?.split(',') ?? Object.keys(scenarios);
const upstream = values.upstream === undefined ? await startUpstream() : useUpstream(values.upstream);
const figures: Figure[] = [];
for (const name of chosen) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`No scenario "${name}". There are: ${Object.keys(scenarios).join(', ')}.`);
  process.stderr.write(`${name} …\n`);
  let gateway: Gateway | undefined;
  await upstream.set({});
  try {
    figures.push(
      ...(await scenario(upstream, async () => {
        gateway = await startGateway(plan, upstream);
        return gateway;
      })),
    );
  } finally {
    await gateway?.stop();
  }
}
upstream.stop();

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Bun ${Bun.version}`;
console.log(`${plan.name} on ${machine}; medians of ${runs} runs\n\n${writeTable(figures)}`);
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ gateway: plan.name, machine, runs, figures }, null, 2)}\n`);
process.exit(0);
