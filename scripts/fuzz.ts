// Throws chance at request bodies, at the service's bytes and at the HTTP surface: npm run fuzz -- --cases 1000000
import { parseArgs } from 'node:util';
import { fuzzBody } from '../test/fuzz/bodies.ts';
import { fuzzHttp, startTarget } from '../test/fuzz/http.ts';
import { type FuzzReport, runFuzz } from '../test/fuzz/report.ts';
import { fuzzUpstream } from '../test/fuzz/upstream.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    part: { type: 'string' },
  },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
const target = await startTarget();
const parts: Readonly<Record<string, () => Promise<FuzzReport>>> = {
  bodies: () => runFuzz(Math.ceil(cases * 0.6), seed, fuzzBody),
  upstream: () => runFuzz(Math.ceil(cases * 0.3), seed, fuzzUpstream),
  http: () => runFuzz(Math.ceil(cases * 0.1), seed, one => fuzzHttp(one, target)),
};

let hasFailed = false;
for (const [name, run] of Object.entries(parts)) {
  if (values.part !== undefined && values.part !== name) continue;
  const begin = performance.now();
  const { cases, wrong, slowest } = await run();
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `${name}: ${cases} cases in ${seconds.toFixed(0)} s, the slowest took ${slowest} ms, ${wrong.length} wrong`,
  );
  for (const problem of wrong) console.log(`  ${problem}`);
  hasFailed ||= wrong.length > 0;
}
for (const failure of target.failures.slice(0, 10)) console.log(`the gateway failed: ${failure}`);
await target.server.close(0);
process.exit(hasFailed || target.failures.length > 0 ? 1 : 0);
