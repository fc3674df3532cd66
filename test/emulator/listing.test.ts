import { describe, expect, it } from 'vitest';
import type { ListedModel } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, headers, profileArn, question, user } from './request.ts';

const emulator = useEmulator();

type Reply = { status: number; body: Record<string, unknown> };
type Members = Readonly<Record<string, string | number>>;
const asQuery = (members: Members): string =>
  new URLSearchParams(Object.entries(members).map(([name, value]): [string, string] => [name, `${value}`])).toString();

async function call(operation: string, members: Members, more: { query?: Members } = {}): Promise<Reply> {
  const { nextToken: _, ...inQuery } = members;
  const response = await fetch(`${emulator.url}/?${asQuery(more.query ?? inQuery)}`, {
    method: 'POST',
    headers: headers(emulator.credentials.social().accessToken, {
      'x-amz-target': `AmazonCodeWhispererService.${operation}`,
    }),
    body: JSON.stringify(members),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function older(method: string, path: string, members: object, body?: object): Promise<Reply> {
  const response = await fetch(`${emulator.url}/${path}?${asQuery({ ...members })}`, {
    method,
    headers: headers(emulator.credentials.social().accessToken, { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const origin = { origin: 'AI_EDITOR', profileArn };

async function allModels(
  page: (nextToken: Members) => Promise<Reply>,
): Promise<{ list: ListedModel[]; pages: number }> {
  const list: ListedModel[] = [];
  let nextToken: Members = {};
  for (let pages = 1; ; pages += 1) {
    const { status, body } = await page(nextToken);
    expect(status).toBe(200);
    list.push(...(body['models'] as ListedModel[]));
    if (body['nextToken'] === undefined) return { list, pages };
    nextToken = { nextToken: `${body['nextToken']}` };
  }
}

describe('the listing of models', () => {
  it('comes in pages, the same in both dialects', async () => {
    const newer = await allModels(next => call('ListAvailableModels', { ...origin, ...next }));
    const old = await allModels(next => older('GET', 'ListAvailableModels', { ...origin, ...next }));
    expect(newer.list).toEqual(old.list);
    expect(newer.pages).toBe(3);
    expect(new Set(newer.list.map(({ modelId }) => modelId)).size).toBe(newer.list.length);
    expect(emulator.violations).toEqual([]);
  });

  it('has windows and schemas by family', async () => {
    const { list } = await allModels(next => call('ListAvailableModels', { ...origin, ...next }));
    const model = (id: string) => list.find(({ modelId }) => modelId === id);
    expect(model('claude-sonnet-4.5')?.tokenLimits?.maxInputTokens).toBe(200_000);
    expect(model('claude-sonnet-4.6')?.tokenLimits?.maxInputTokens).toBe(1_000_000);
    expect(model('gpt-5.6-luna')?.tokenLimits?.maxInputTokens).toBe(272_000);
    const withSchema = list.filter(entry => entry.additionalModelRequestFieldsSchema !== undefined);
    expect(withSchema.every(({ modelId }) => /^(claude-.*-(4\.[678]|5(\.5)?)|gpt-5\.6-\w+)$/.test(modelId))).toBe(true);
    expect(withSchema.length).toBe(12);
  });

  it('has no empty page after a full one', async () => {
    const { list } = await allModels(next => call('ListAvailableModels', { ...origin, ...next }));
    const { body } = await call('ListAvailableModels', { ...origin, maxResults: 7 });
    expect(list.length % 7).toBe(0);
    let nextToken = `${body['nextToken']}`;
    for (let page = 2; page < list.length / 7; page += 1) {
      const next = await call('ListAvailableModels', { ...origin, maxResults: 7, nextToken });
      nextToken = `${next.body['nextToken']}`;
    }
    const last = await call('ListAvailableModels', { ...origin, maxResults: 7, nextToken });
    expect(last.body['models']).toEqual(list.slice(-7));
    expect(last.body['nextToken']).toBeUndefined();
  });

  it('gives pages of the size that is asked for', async () => {
    const { body } = await call('ListAvailableModels', { ...origin, maxResults: 3 });
    expect(body['models']).toHaveLength(3);
    expect(body['defaultModel']).toEqual({ modelId: 'auto' });
  });

  it.each([
    ['more than 100 results', { ...origin, maxResults: 101 }],
    ['a made-up page', { ...origin, nextToken: 'xyz' }],
  ])('refuses %s', async (_, members) => {
    expect((await call('ListAvailableModels', members)).status).toBe(400);
  });
});

describe('the calls of the control plane', () => {
  it.each<[string, string, Members, { query?: Members }, string]>([
    ['no origin', '1 origin', { profileArn }, {}, 'origin'],
    ['an unknown member', '1 members', { ...origin, limit: 'x' }, {}, 'query limit'],
    ['parameters in the body only', '1 query', origin, { query: {} }, 'origin'],
    ['parameters that differ', '1 query', origin, { query: { ...origin, origin: 'CLI' } }, 'origin'],
    [
      'a page in the address',
      '1 query',
      { ...origin, nextToken: 'x' },
      { query: { ...origin, nextToken: 'x' } },
      'query nextToken',
    ],
    ['another profile', '1 profile', { ...origin, profileArn: `${profileArn}0` }, {}, 'profileArn'],
  ])('refuse %s', async (_, rule, members, more, path) => {
    expect((await call('ListAvailableModels', members, more)).status).toBe(400);
    expect(emulator.violations).toContainEqual({ rule, path, message: expect.any(String) });
  });

  it('refuse an empty page token and a number as text', async () => {
    expect((await call('ListAvailableModels', { ...origin, nextToken: '' })).status).toBe(400);
    expect((await call('ListAvailableModels', { ...origin, maxResults: '3' })).status).toBe(400);
    expect(emulator.violations.map(({ rule }) => rule)).toEqual(['1 members', '1 members']);
  });

  it('list profiles without knowing one', async () => {
    const expected = { profiles: [{ arn: profileArn, profileName: 'Emulator', status: 'ACTIVE' }] };
    expect((await call('ListAvailableProfiles', {})).body).toEqual(expected);
    expect((await older('POST', 'ListAvailableProfiles', {}, {})).body).toEqual(expected);
    expect(emulator.violations).toEqual([]);
  });

  it('tell the usage, which answers add to', async () => {
    const used = async (): Promise<number> => {
      const { body } = await call('GetUsageLimits', origin);
      const [credits] = body['usageBreakdownList'] as { currentUsageWithPrecision: number }[];
      return credits?.currentUsageWithPrecision ?? 0;
    };
    const before = await used();
    await (await ask(emulator, { body: question(user('Hi')) })).text();
    expect(await used()).toBeGreaterThan(before);
    const old = await older('GET', 'getUsageLimits', { ...origin, resourceType: 'AGENTIC_REQUEST' });
    expect(old.body).toMatchObject({ subscriptionInfo: { subscriptionTitle: 'KIRO PRO' } });
    expect(emulator.violations).toEqual([]);
  });

  it('can be scripted', async () => {
    emulator.nextFor('GetUsageLimits', { status: 403, body: { message: 'No', reason: 'FEATURE_NOT_SUPPORTED' } });
    expect((await call('GetUsageLimits', origin)).body['reason']).toBe('FEATURE_NOT_SUPPORTED');
    expect((await call('GetUsageLimits', origin)).status).toBe(200);
  });
});

describe('a web search', () => {
  const search = (query: string, more: { body?: object; headers?: Record<string, string>; path?: string } = {}) =>
    fetch(`${emulator.url}/${more.path ?? ''}`, {
      method: 'POST',
      headers: headers(emulator.credentials.social().accessToken, {
        ...(more.path === undefined
          ? { 'x-amz-target': 'AmazonCodeWhispererStreamingService.InvokeMCP' }
          : { 'content-type': 'application/json' }),
        'x-amzn-kiro-profile-arn': profileArn,
        ...more.headers,
      }),
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: '1',
        method: 'tools/call',
        params: { name: 'web_search', arguments: { query } },
        profileArn,
        ...more.body,
      }),
    });

  it('gives results as JSON in a text, in both dialects', async () => {
    for (const more of [{}, { path: 'mcp' }]) {
      const { result, id } = (await (await search('bun', more)).json()) as {
        id: string;
        result: { content: { text: string }[] };
      };
      expect(id).toBe('1');
      const { results } = JSON.parse(result.content[0]?.text ?? '') as { results: object[] };
      expect(results[0]).toMatchObject({ title: 'First page about bun', url: 'https://example.com/1?q=bun' });
    }
    expect(emulator.violations).toEqual([]);
  });

  it('finds nothing about nothing', async () => {
    expect(await (await search('nothing')).json()).toMatchObject({ error: { code: -32602 } });
  });

  it('refuses long queries, other tools and calls without their profile', async () => {
    expect((await search('x'.repeat(201))).status).toBe(400);
    expect((await search('x', { body: { method: 'tools/list' } })).status).toBe(400);
    expect((await search('x', { headers: { 'x-amzn-kiro-profile-arn': '' } })).status).toBe(400);
    expect(emulator.violations.map(({ rule }) => rule)).toEqual(['5 search', '5 search', '1 profile header']);
  });
});
