// The program from its source in the executable's place; at SIGUSR2 it says what its own heap holds of timers and sockets.
import { heapStats } from 'bun:jsc';

process.on('SIGUSR2', () => {
  Bun.gc(true);
  const { objectTypeCounts: counts } = heapStats();
  const sum = (kinds: readonly string[]): number => kinds.reduce((all, kind) => all + (counts[kind] ?? 0), 0);
  const held = Object.fromEntries(Object.entries(kinds).map(([name, kinds]) => [name, sum(kinds)]));
  process.stderr.write(`holds ${JSON.stringify(held)}\n`);
});

const kinds = {
  timers: ['Timeout', 'Immediate'],
  sockets: ['TCPSocket', 'TLSSocket', 'NodeHTTPServerSocket', 'NodeHTTPResponse'],
  signals: ['AbortSignal'],
};

await import('../../bin/kiro-gw.ts');
