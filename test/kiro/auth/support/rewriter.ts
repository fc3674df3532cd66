// A program that stores one renewal after the other, and says so, until it is killed.
import { createIde } from '../../../../src/kiro/auth/sources/ide.ts';
import { createKiroCli } from '../../../../src/kiro/auth/sources/kiro-cli.ts';
import type { Source } from '../../../../src/kiro/auth/sources/source.ts';

const [home = '', place = ''] = process.argv.slice(2);
const machine = { home, platform: 'linux', env: {} };
const sources: readonly Source[] = place === 'ide' ? [createIde(machine)] : createKiroCli(machine);

async function findSource(): Promise<Source> {
  for (const source of sources) if ((await source.read()) !== undefined) return source;
  throw new Error('nothing there');
}
const source = await findSource();
for (let round = 1; ; round += 1) {
  const used = await source.read();
  if (used === undefined) throw new Error('gone');
  const name = `${process.pid}-${round}`;
  const renewed = { accessToken: `a-${name}`, refreshToken: `r-${name}`, expiresAt: Date.now(), lifetime: 1 };
  if ((await source.write(used, renewed)) !== 'written') throw new Error('not written');
  console.log('written');
}
