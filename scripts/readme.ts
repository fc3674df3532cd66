// Writes the generated parts of README and the schema of the configuration file anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refresh, writeSchema } from './reference.ts';

const file = join(import.meta.dirname, '..', 'README.md');
writeFileSync(file, refresh(readFileSync(file, 'utf8')));
writeFileSync(join(import.meta.dirname, '..', 'src', 'cli', 'config.schema.json'), writeSchema());
