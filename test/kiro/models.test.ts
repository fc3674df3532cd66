import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { readModel } from '../../src/kiro/models/entry.ts';
import { createModels, type KnownModel } from '../../src/kiro/models.ts';
import { manualClock, settle } from './support/clock.ts';
import { startRig } from './support/kiro.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const model = (id: string): KnownModel => ({
  id,
  name: id,
  inputs: ['text'],
  efforts: [],
  thinks: false,
  isDefault: false,
});
const hour = 3_600_000;

function start(cachePath?: string) {
  const clock = manualClock();
  let asked = 0;
  let answer: () => Promise<{ models: readonly KnownModel[]; account: string }> = async () => ({
    models: [model(`model-${asked}`)],
    account: 'arn:one',
  });
  const models = createModels({
    fetch: () => {
      asked += 1;
      return answer();
    },
    cachePath,
    clock,
    log: silent,
  });
  return {
    clock,
    models,
    asked: () => asked,
    fail: () => {
      answer = async () => {
        throw new ChatError('network', 'gone');
      };
    },
  };
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'kiro-gw-models-'));

describe('the list of models', () => {
  it('is asked for once, however many want it', async () => {
    const { models, asked } = start();
    const lists = await Promise.all(Array.from({ length: 20 }, () => models.list()));
    expect(asked()).toBe(1);
    expect(new Set(lists).size).toBe(1);
    expect(lists[0]).toMatchObject({ source: 'live', account: 'arn:one', models: [{ id: 'model-1' }] });
  });

  it('is asked for again beside its use when it is an hour old', async () => {
    const { clock, models, asked } = start();
    await models.list();
    await clock.advance(hour);
    await models.list();
    expect(asked()).toBe(1);
    await clock.advance(1);
    expect((await models.list()).models[0]?.id).toBe('model-1');
    await settle();
    expect((await models.list()).models[0]?.id).toBe('model-2');
    expect(asked()).toBe(2);
  });

  it('is the built-in one when the service cannot be asked, and the last one when it could be', async () => {
    const { clock, models, asked, fail } = start();
    await models.list();
    fail();
    await clock.advance(2 * hour);
    await models.list();
    await settle();
    expect((await models.list()).models[0]?.id).toBe('model-1');
    expect(asked()).toBe(2);
    await clock.advance(61_000);
    await models.list();
    expect(asked()).toBe(3);

    const other = start();
    other.fail();
    const list = await other.models.list();
    expect(list.source).toBe('built-in');
    expect(list.models.map(({ id }) => id)).toContain('claude-sonnet-4.5');
    await other.models.list();
    expect(other.asked()).toBe(1);
    await expect(other.models.refresh()).rejects.toMatchObject({ kind: 'network' });
  });

  it('is kept on disk, for the next start and for times without the service', async () => {
    const cachePath = join(folder(), 'deeper', 'models.json');
    const first = start(cachePath);
    await first.models.list();
    const second = start(cachePath);
    second.fail();
    expect(await second.models.list()).toMatchObject({ source: 'cache', models: [{ id: 'model-1' }] });
    expect(second.asked()).toBe(0);
    await second.clock.advance(2 * hour);
    expect((await second.models.list()).source).toBe('cache');
    expect(second.asked()).toBe(1);
    if (process.platform !== 'win32') expect(statSync(cachePath).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(cachePath, '..'))).toEqual(['models.json']);
  });

  it.each([
    ['no JSON', '{"models":'],
    ['of another form', '{"version":99,"models":[]}'],
    ['with a broken model', JSON.stringify({ version: 1, fetchedAt: 1, account: 'a', models: [{ id: 7 }] })],
    ['empty', JSON.stringify({ version: 1, fetchedAt: 1, account: 'a', models: [] })],
  ])('on disk is not used when it is %s', async (_, text) => {
    const cachePath = join(folder(), 'models.json');
    writeFileSync(cachePath, text);
    const { models } = start(cachePath);
    expect((await models.list()).source).toBe('live');
    expect(readFileSync(cachePath, 'utf8')).toContain('model-1');
  });

  it('works without a place to keep it', async () => {
    const cachePath = join(folder(), 'file', 'models.json');
    writeFileSync(join(cachePath, '..'), 'a file where a folder should be');
    expect((await start(cachePath).models.list()).source).toBe('live');
  });
});

describe('an entry of the list', () => {
  it('needs nothing but an id', () => {
    expect(readModel({ modelId: 'x' }, undefined)).toEqual({
      id: 'x',
      name: 'x',
      inputs: ['text', 'image'],
      efforts: [],
      thinks: false,
      isDefault: false,
    });
    for (const bad of [null, 'x', 7, {}, { modelId: 7 }, { modelId: '' }, []]) {
      expect(readModel(bad, undefined)).toBeUndefined();
    }
  });

  it('tells limits, price, inputs and levels of effort', () => {
    const schema = {
      type: 'object',
      properties: {
        thinking: { type: 'object' },
        output_config: { type: 'object', properties: { effort: { enum: ['max', 'low', 'high', 'medium'] } } },
      },
    };
    const entry = {
      modelId: 'm',
      modelName: 'Model',
      description: 'd',
      rateMultiplier: 2.2,
      rateUnit: 'Credit',
      tokenLimits: { maxInputTokens: 200_000.0, maxOutputTokens: null },
      supportedInputTypes: ['TEXT'],
      additionalModelRequestFieldsSchema: schema,
      unknown: {},
    };
    expect(readModel(entry, 'm')).toEqual({
      id: 'm',
      name: 'Model',
      description: 'd',
      rate: 2.2,
      rateUnit: 'Credit',
      maxInputTokens: 200_000,
      inputs: ['text'],
      efforts: ['low', 'medium', 'high', 'max'],
      thinks: true,
      isDefault: true,
      fieldsSchema: schema,
    });
  });
});

describe('listing models', () => {
  it('reads every page', async () => {
    const { kiro, emulator } = await startRig({ emulator: { pageSize: 4 } });
    const { models, source } = await kiro.modelList();
    expect(source).toBe('live');
    expect(models.length).toBeGreaterThan(12);
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    expect(models.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(emulator.violations).toEqual([]);
  });

  it('survives bad entries and a page that leads to itself', async () => {
    const { kiro, emulator } = await startRig();
    const models = [null, { modelId: 7 }, 'x', { modelId: 'good', tokenLimits: 'none', supportedInputTypes: 3 }];
    const page = { status: 200, body: { models, nextToken: 'same' } };
    emulator.nextFor('ListAvailableModels', page, page, page);
    expect((await kiro.modelList()).models.map(({ id }) => id)).toEqual(['good']);
  });

  it('is no success when nothing is listed', async () => {
    const { kiro, emulator } = await startRig();
    emulator.nextFor(
      'ListAvailableModels',
      { status: 200, body: { models: [] } },
      { status: 200, body: { models: [] } },
    );
    expect((await kiro.modelList()).source).toBe('built-in');
  });
});
