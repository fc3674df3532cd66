import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refresh } from '../../scripts/reference.ts';

it('README has the settings and exit codes of the program (npm run readme writes them anew)', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(refresh(readme)).toBe(readme);
});
