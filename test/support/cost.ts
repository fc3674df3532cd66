/**
 * Milliseconds of the processor that some work takes on this thread: the least of several runs, for whatever else runs
 * only ever adds to them. Ends as soon as that is below the budget.
 */
export function costOf(work: () => unknown, budget = 0, most = 100): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < most && least >= budget; run += 1) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
