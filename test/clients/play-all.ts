import { availableParallelism } from 'node:os';
import type { Api, Driver } from './driver.ts';
import type { Installed } from './install.ts';
import { type Outcome, playTurn } from './play.ts';
import type { Turn } from './turns.ts';

/** Plays every turn of every client, several at once; the outcomes come in the order of the clients. */
export async function playAll(
  drivers: readonly Driver[],
  turns: readonly Turn[],
  { folders, node }: Installed,
  /** Whether slow clients play all turns too. */
  whole: boolean,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const path = [...(node === undefined ? [] : [node]), process.env['PATH'] ?? ''].join(':');
  const tasks = drivers.flatMap(driver => {
    const folder = folders[`${driver.package}@${driver.version}`];
    if (folder === undefined) return [];
    return driver.apis.flatMap(api => turns.map(turn => () => playOne(driver, api, turn, folder, path, whole)));
  });
  const outcomes = new Array<Outcome>(tasks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < tasks.length; at = next++) {
      const outcome = await tasks[at]?.();
      if (outcome === undefined) continue;
      outcomes[at] = outcome;
      tell(outcome);
    }
  };
  // Clients wait as much as they work.
  await Promise.all(Array.from({ length: Math.ceil(availableParallelism() * 1.5) }, work));
  return outcomes;
}

async function playOne(
  driver: Driver,
  api: Api,
  turn: Turn,
  folder: string,
  path: string,
  whole: boolean,
): Promise<Outcome> {
  const skipped = findReason(driver, api, turn) ?? (whole || turn.name === 'edit' ? undefined : driver.slow);
  if (skipped !== undefined) return { driver, api, turn, skipped, seconds: 0 };
  try {
    return await playTurn(driver, api, turn, folder, path);
  } catch (error) {
    return { driver, api, turn, problem: String(error), seconds: 0 };
  }
}

/** Why a client cannot play a turn. */
function findReason(driver: Driver, api: Api, turn: Turn): string | undefined {
  if (turn.name === 'image' && driver.picture === undefined) return 'it takes no images without a terminal';
  return driver.without?.(api)[turn.name];
}
