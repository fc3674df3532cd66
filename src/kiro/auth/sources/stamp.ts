import { stat } from 'node:fs/promises';

/** What changes when one of the files changes, appears or goes. */
export async function stampFiles(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map(path =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
        () => '-',
      ),
    ),
  );
  return stamps.join();
}
