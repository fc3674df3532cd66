import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refresh, writeSchema } from '../../scripts/reference.ts';

it('README has the settings, clients and exit codes of the program (npm run readme writes them anew)', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(refresh(readme)).toBe(readme);
});

it('the published schema of the configuration file has the settings of the program', () => {
  const schema = readFileSync(join(import.meta.dirname, '../../src/cli/config.schema.json'), 'utf8');
  expect(JSON.parse(schema)).toEqual(JSON.parse(writeSchema()));
  const { properties } = JSON.parse(schema) as { properties: Record<string, object> };
  expect(properties['port']).toMatchObject({ type: ['number', 'string'], default: 8000 });
  expect(properties['endpoint']).toMatchObject({ enum: ['auto', 'runtime', 'q'] });
  expect(properties['allowed-hosts']).toMatchObject({ type: ['array', 'string'] });
  expect(properties['fake-reasoning']).toMatchObject({ type: ['boolean', 'string'] });
});
