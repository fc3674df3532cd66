/** A memory of limited size that forgets first what was not used for longest. */
export interface Kept<T> {
  get(key: string): T | undefined;
  set(key: string, value: T, size: number): void;
}

/** An empty memory; sizes are in whatever unit the caller counts. */
export function createKept<T>(maxSize: number): Kept<T> {
  const entries = new Map<string, { readonly value: T; readonly size: number }>();
  let total = 0;
  const remove = (key: string): void => {
    total -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, size) {
      remove(key);
      if (size > maxSize) return;
      entries.set(key, { value, size });
      total += size;
      for (const oldest of entries.keys()) {
        if (total <= maxSize) break;
        remove(oldest);
      }
    },
  };
}
