/** What a part of the fuzzing found. */
export interface FuzzReport {
  readonly cases: number;
  /** The first of what went wrong, each with the seed that repeats it. */
  readonly wrong: readonly string[];
  /** Milliseconds of the slowest case. */
  readonly slowest: number;
}

/** Runs so many cases, each with a seed of its own. A case gives what is wrong with it, or throws it. */
export async function runFuzz(
  cases: number,
  seed: number,
  run: (seed: number) => undefined | string | Promise<undefined | string>,
): Promise<FuzzReport> {
  const wrong: string[] = [];
  let slowest = 0;
  let number = 0;
  for (; number < cases && wrong.length < 10; number += 1) {
    const own = seed + number;
    const begin = performance.now();
    try {
      const problem = await run(own);
      if (problem !== undefined) wrong.push(`seed ${own}: ${problem}`);
    } catch (thrown) {
      wrong.push(`seed ${own}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`);
    }
    slowest = Math.max(slowest, performance.now() - begin);
  }
  return { cases: number, wrong, slowest: Math.round(slowest) };
}
