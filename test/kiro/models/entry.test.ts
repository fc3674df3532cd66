import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultModels } from '../../../src/emulator/models.ts';
import { builtInModels } from '../../../src/kiro/models/built-in.ts';
import { type Listing, readCache, writeCache } from '../../../src/kiro/models/cache.ts';
import { readModel } from '../../../src/kiro/models/entry.ts';

const bare = { id: 'm', name: 'm', inputs: ['text', 'image'], efforts: [], thinks: false, isDefault: false };
const effort = (values: readonly string[]) => ({ properties: { effort: { enum: values } } });

describe('an entry of the list', () => {
  it.each([
    [{ modelId: 'm' }, {}],
    [
      { modelId: 'm', modelName: 'M', description: 'D', rateUnit: 'credit', rateMultiplier: 1.3 },
      { name: 'M', description: 'D', rateUnit: 'credit', rate: 1.3 },
    ],
    [{ modelId: 'm', modelName: '', description: '', rateUnit: '', rateMultiplier: 0 }, {}],
    [
      { modelId: 'm', tokenLimits: { maxInputTokens: 5, maxOutputTokens: 7 } },
      { maxInputTokens: 5, maxOutputTokens: 7 },
    ],
    [{ modelId: 'm', tokenLimits: { maxInputTokens: -5, maxOutputTokens: '7' } }, {}],
    [{ modelId: 'm', tokenLimits: null, rateMultiplier: Number.NaN }, {}],
    [{ modelId: 'm', supportedInputTypes: ['TEXT'] }, { inputs: ['text'] }],
    [{ modelId: 'm', supportedInputTypes: ['text', 'image'] }, {}],
    [{ modelId: 'm', supportedInputTypes: [] }, {}],
    [{ modelId: 'm', supportedInputTypes: 'TEXT' }, {}],
  ])('is read: %j', (entry, more) => {
    expect(readModel(entry, undefined)).toEqual({ ...bare, ...more });
  });

  it('thinks where its schema says how, with the levels in their order', () => {
    const read = (properties: object) =>
      readModel({ modelId: 'm', additionalModelRequestFieldsSchema: { properties } }, 'm');
    const claude = read({ thinking: { properties: {} }, output_config: effort(['max', 'low', 'high']) });
    expect(claude).toMatchObject({ thinks: true, efforts: ['low', 'high', 'max'], isDefault: true });
    expect(claude?.fieldsSchema).toBeDefined();
    const gpt = read({ reasoning: effort(['xhigh', 'none', 'minimal', 'medium']) });
    expect(gpt).toMatchObject({ thinks: true, efforts: ['none', 'minimal', 'medium', 'xhigh'] });
    expect(read({ max_tokens: {} })).toMatchObject({ thinks: false, efforts: [] });
  });

  it.each([null, 7, 'm', [], {}, { modelId: '' }, { modelId: 7 }])('is none: %j', entry => {
    expect(readModel(entry, undefined)).toBeUndefined();
  });
});

describe('the models that are known without asking', () => {
  it('are those of a real listing, with their limits', () => {
    const listed = new Map(defaultModels.map(model => [model.modelId, model]));
    for (const { id, name, maxInputTokens, inputs, isDefault } of builtInModels) {
      expect([id, name, maxInputTokens]).toEqual([
        id,
        listed.get(id)?.modelName,
        listed.get(id)?.tokenLimits?.maxInputTokens,
      ]);
      expect(inputs).toEqual(['text', 'image']);
      expect(isDefault).toBe(id === 'auto');
    }
    expect(builtInModels.map(({ id }) => id)).toEqual(
      defaultModels.map(({ modelId }) => modelId).filter(id => builtInModels.some(model => model.id === id)),
    );
    expect(builtInModels.length).toBe(13);
  });
});

describe('the kept list', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-gw-test-'));
    path = join(folder, 'below', 'models.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const listing: Listing = { models: builtInModels, fetchedAt: 5, account: 'arn' };

  it('comes back as it was, in a folder that only its owner enters', async () => {
    await writeCache(path, listing);
    expect(await readCache(path)).toEqual({ version: 1, ...listing });
    expect(readdirSync(join(folder, 'below'))).toEqual(['models.json']);
    if (process.platform === 'win32') return;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'below')).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing behind where it cannot be put in place', async () => {
    mkdirSync(path, { recursive: true });
    await expect(writeCache(path, listing)).rejects.toThrow();
    expect(readdirSync(join(folder, 'below'))).toEqual(['models.json']);
  });

  it.each([
    'no JSON',
    'null',
    '7',
    { version: 2 },
    { version: '1' },
    { fetchedAt: '5' },
    { account: undefined },
    { models: [] },
    { models: {} },
    { models: [null] },
    { models: [...builtInModels, { ...bare, id: 7 }] },
    { models: [{ ...bare, name: undefined }] },
    { models: [{ ...bare, inputs: 'text' }] },
    { models: [{ ...bare, efforts: null }] },
  ])('is none where it is broken: %j', async change => {
    mkdirSync(join(folder, 'below'));
    await writeCache(path, listing);
    const whole = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change }));
    expect(await readCache(path)).toBeUndefined();
  });

  it('is none where there is none', async () => {
    expect(await readCache(path)).toBeUndefined();
  });
});
