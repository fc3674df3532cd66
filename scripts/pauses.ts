// How long the executable keeps others waiting while it reads and counts large requests: npm run pauses. Small requests
// on a connection of their own are answered late by as much as its event loop is held up; they come from another
// process than the large ones. Prints milliseconds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { startEmulator } from '../src/emulator/emulator.ts';
import { startGateway } from '../test/support/gateway.ts';

const seconds = Number(process.argv[2] ?? 5);
const loads = ['nothing', 'refused', 'count', 'count-calls', 'messages'] as const;

async function measure(): Promise<void> {
  const loader = spawn(process.execPath, [import.meta.path, 'load'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: loader.stdout })[Symbol.asyncIterator]();
  const url = String((await lines.next()).value);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  console.log('load          answers  p50    p99    longest');
  for (const load of loads) {
    loader.stdin.write(`${load} ${seconds}\n`);
    let isOver = false;
    const ended = lines.next().then(line => {
      isOver = true;
      return Number(line.value);
    });
    const times: number[] = [];
    while (!isOver) times.push(await ping(`${url}/health`, agent));
    times.sort((one, other) => one - other);
    const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1).padEnd(6);
    console.log(`${load.padEnd(13)} ${String(await ended).padEnd(8)} ${at(0.5)} ${at(0.99)} ${at(1)}`);
  }
  agent.destroy();
  loader.stdin.end();
  await once(loader, 'exit');
}

async function ping(url: string, agent: Agent): Promise<number> {
  const began = performance.now();
  const [response] = await once(get(url, { agent }), 'response');
  response.resume();
  await once(response, 'end');
  const time = performance.now() - began;
  await Bun.sleep(1);
  return time;
}

// One after the other, so that nobody waits for two of them.
async function serveLoads(): Promise<void> {
  const emulator = await startEmulator({ remember: 2 });
  const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken, LOG_LEVEL: 'error' };
  const gateway = await startGateway({ emulator, env });
  const ask = async (path: string, body: string): Promise<void> => {
    const headers = { 'x-api-key': gateway.key, 'content-type': 'application/json' };
    await (await fetch(gateway.url + path, { method: 'POST', headers, body })).arrayBuffer();
  };
  const works: Record<string, () => Promise<void>> = {
    nothing: () => Bun.sleep(50),
    refused: () => ask('/v1/messages/count_tokens', refused),
    count: () => ask('/v1/messages/count_tokens', texts),
    'count-calls': () => ask('/v1/messages/count_tokens', calls),
    messages: () => ask('/v1/messages', texts),
  };
  console.log(gateway.url);
  for await (const line of createInterface({ input: process.stdin })) {
    const [load = '', length = '1'] = line.split(' ');
    const end = performance.now() + Number(length) * 1000;
    let count = 0;
    for (; performance.now() < end; count += 1) await works[load]?.();
    console.log(count);
  }
  await gateway.stop();
  await emulator.close();
}

const words = 'The gateway counts what it is given, 网关计算收到的内容; const x = { a: [1, 2, 3] };\n';
const megabyte = words.repeat(Math.ceil(1_000_000 / Buffer.byteLength(words)));
const model = 'claude-sonnet-4.5';
const turn = (content: unknown) => ({ model, max_tokens: 10, messages: [{ role: 'user', content }] });
const cut = Array.from({ length: 50 }, (_, at) =>
  megabyte.slice((at * megabyte.length) / 50, ((at + 1) * megabyte.length) / 50),
);
const texts = JSON.stringify(turn(cut.map(text => ({ type: 'text', text }))));
// Read in full, and refused at its very end: what reading alone takes.
const refused = JSON.stringify({ ...turn(cut.map(text => ({ type: 'text', text }))), max_tokens: 'many' });
const calls = JSON.stringify({
  ...turn('Hi'),
  messages: [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: cut.map((content, at) => ({ type: 'tool_use', id: `t${at}`, name: 'write', input: { content, at } })),
    },
  ],
});

if (process.argv[2] === 'load') await serveLoads();
else await measure();
