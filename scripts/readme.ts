// Writes the generated parts of README anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refresh } from './reference.ts';

const file = join(import.meta.dirname, '..', 'README.md');
writeFileSync(file, refresh(readFileSync(file, 'utf8')));
