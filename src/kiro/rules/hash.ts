import { createHash } from 'node:crypto';

/** A few characters that stand for a text, always the same. */
export function shortHash(text: string, length: number): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, length);
}

/** The first of `candidate(0)`, `candidate(1)`, … that nobody has. */
export function firstFree(taken: { has(name: string): boolean }, candidate: (attempt: number) => string): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = candidate(attempt);
    if (!taken.has(name)) return name;
  }
}
