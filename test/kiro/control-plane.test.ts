import { describe, expect, it } from 'vitest';
import { createCaller } from '../../src/kiro/caller.ts';
import { systemClock } from '../../src/kiro/clock.ts';
import { createControl } from '../../src/kiro/control.ts';
import { searchWeb } from '../../src/kiro/search.ts';
import { createScripted, type Scripted } from './auth/support/scripted.ts';

const login = { accessToken: 'a', region: 'us-east-1', profileArn: 'arn:p' };
const plain = { accessToken: 'a', region: 'us-east-1' };

function start(...script: readonly Scripted[]) {
  const transport = createScripted(...script);
  const call = createCaller({ transport, clock: systemClock, userAgent: 'me', endpoint: 'runtime' });
  const sent = () => transport.requests.map(({ url, body }) => [url, JSON.parse(body ?? 'null')]);
  return { control: createControl(call), call, sent, requests: transport.requests };
}
const base = 'https://management.us-east-1.kiro.dev';

describe('the list of models', () => {
  it('is asked for page by page, for the profile of the sign-in', async () => {
    const { control, sent, requests } = start(
      { body: { models: [{ modelId: 'one' }], nextToken: 'next', defaultModel: { modelId: 'two' } } },
      { body: { models: [{ modelId: 'two' }, { modelId: 'one', modelName: 'Later' }], nextToken: '' } },
    );
    const models = await control.models(login);
    expect(models.map(({ id, name, isDefault }) => [id, name, isDefault])).toEqual([
      ['one', 'Later', false],
      ['two', 'two', true],
    ]);
    const members = { origin: 'AI_EDITOR', profileArn: 'arn:p', maxResults: 100 };
    const query = '?origin=AI_EDITOR&profileArn=arn%3Ap&maxResults=100';
    expect(sent()).toEqual([
      [`${base}/${query}`, members],
      [`${base}/${query}`, { ...members, nextToken: 'next' }],
    ]);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headersTimeout: 20_000,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonCodeWhispererService.ListAvailableModels',
      },
    });
  });

  it('knows its default by either form, and needs no profile', async () => {
    const { control, sent } = start({ body: { models: [{ modelId: 'one' }], defaultModel: 'one', nextToken: 7 } });
    expect((await control.models(plain))[0]?.isDefault).toBe(true);
    expect(sent()[0]?.[1]).toEqual({ origin: 'AI_EDITOR', maxResults: 100 });
    const odd = start({ body: { models: [{ modelId: 'one' }], defaultModel: { modelId: 7 } } });
    expect((await odd.control.models(plain))[0]?.isDefault).toBe(false);
  });

  it('ends where a page leads to itself, and after fifty', async () => {
    const page = (nextToken: string) => ({ body: { models: [{ modelId: `m-${nextToken}` }], nextToken } });
    const circle = start(page('a'), page('a'));
    expect(await circle.control.models(plain)).toHaveLength(1);
    expect(circle.requests).toHaveLength(2);
    const endless = start(...Array.from({ length: 60 }, (_, index) => page(`t${index}`)));
    expect(await endless.control.models(plain)).toHaveLength(50);
  });

  it.each([
    ['Kiro listed no models', { body: { models: [] } }],
    ['Kiro listed no models', { body: { models: [{ name: 'no id' }, 7, null] } }],
    ['Kiro listed no models', { body: { models: 'none' } }],
    ['Kiro answered ListAvailableModels with something that is no JSON object', { body: '[1]' }],
    ['Kiro answered ListAvailableModels with something that is no JSON object', { body: '<html>' }],
  ])('fails with words: %s', async (words, answer) => {
    await expect(start(answer).control.models(plain)).rejects.toMatchObject({
      kind: 'upstream',
      message: expect.stringContaining(words),
    });
  });
});

describe('the profiles of a sign-in', () => {
  it('are asked for in the wanted region', async () => {
    const profiles = [
      { arn: 'a', profileName: 'Name', status: 'ACTIVE' },
      { arn: 'b', profileName: 7, status: 'SLEEPING' },
      { arn: 'c' },
      { profileName: 'no arn' },
      'd',
      null,
    ];
    const { control, sent } = start({ body: { profiles, nextToken: 'n' } }, { body: { profiles: [{ arn: 'e' }] } });
    expect(await control.profiles(login, 'eu-central-1')).toEqual([
      { arn: 'a', name: 'Name', active: true },
      { arn: 'b', active: false },
      { arn: 'c', active: true },
      { arn: 'e', active: true },
    ]);
    const url = 'https://management.eu-central-1.kiro.dev/?maxResults=10';
    expect(sent()).toEqual([
      [url, { maxResults: 10 }],
      [url, { maxResults: 10, nextToken: 'n' }],
    ]);
  });
});

describe('the usage of an account', () => {
  it('is asked for its profile', async () => {
    const { control, sent } = start({ body: {} });
    expect(await control.usage(login)).toMatchObject({ unit: 'credits', used: 0, limit: 0 });
    expect(sent()[0]?.[1]).toEqual({ origin: 'AI_EDITOR', resourceType: 'AGENTIC_REQUEST', profileArn: 'arn:p' });
  });

  it('is unknown where the service does not tell it, and a failure otherwise', async () => {
    const unknown = { status: 403, body: { reason: 'FEATURE_NOT_SUPPORTED', message: 'No.' } };
    await expect(start(unknown).control.usage(login)).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'FEATURE_NOT_SUPPORTED',
    });
    await expect(start({ status: 500, body: {} }).control.usage(login)).rejects.toMatchObject({ kind: 'upstream' });
    await expect(start(new TypeError('broken')).control.usage(login)).rejects.toThrow(TypeError);
  });
});

describe('a web search', () => {
  const answer = (results: unknown): Scripted => ({
    body: { result: { content: [{ type: 'text', text: JSON.stringify({ results }) }] } },
  });

  it('is asked by the protocol of tools, with the profile in body and header', async () => {
    const { call, sent, requests } = start(answer([]));
    expect(await searchWeb(call, login, 'x'.repeat(300))).toEqual([]);
    expect(sent()).toEqual([
      [
        'https://runtime.us-east-1.kiro.dev/',
        {
          jsonrpc: '2.0',
          id: '1',
          method: 'tools/call',
          params: { name: 'web_search', arguments: { query: 'x'.repeat(200) } },
          profileArn: 'arn:p',
        },
      ],
    ]);
    expect(requests[0]).toMatchObject({ headers: { 'x-amzn-kiro-profile-arn': 'arn:p' }, headersTimeout: 30_000 });
    const without = start(answer([]));
    await searchWeb(without.call, plain, 'x');
    expect(without.sent()[0]?.[1]).not.toHaveProperty('profileArn');
    expect(without.requests[0]?.headers).not.toHaveProperty('x-amzn-kiro-profile-arn');
  });

  it('reads what it can of the results', async () => {
    const found = [
      { url: 'https://a.example', title: 'A', snippet: 'S', publishedDate: 'May' },
      { url: 'HTTP://b.example', title: '', snippet: '', publishedDate: '' },
      { url: 'https://c.example', publishedDate: 1_700_000_000 },
      { url: 'https://d.example', publishedDate: 1_700_000_000_000 },
      { url: 'https://e.example', publishedDate: 1e99, title: 7, snippet: 7 },
      { url: 'ftp://f.example' },
      { url: 7 },
      'text',
    ];
    expect(await searchWeb(start(answer(found)).call, login, 'x')).toEqual([
      { url: 'https://a.example', title: 'A', snippet: 'S', published: 'May' },
      { url: 'HTTP://b.example', title: 'HTTP://b.example' },
      { url: 'https://c.example', title: 'https://c.example', published: '2023-11-14' },
      { url: 'https://d.example', title: 'https://d.example', published: '2023-11-14' },
      { url: 'https://e.example', title: 'https://e.example' },
    ]);
    for (const odd of [{ body: { result: {} } }, { body: { result: { content: 'x' } } }, answer('none')]) {
      expect(await searchWeb(start(odd).call, login, 'x')).toEqual([]);
    }
    expect(await searchWeb(start({ body: { error: { code: -32_602 } } }).call, login, 'x')).toEqual([]);
  });

  it.each([
    [{ error: { code: 5, message: 'Broken.' } }, 'The web search of Kiro failed: Broken.'],
    [{ error: { code: 5 } }, 'The web search of Kiro failed: no reason given'],
    [{ error: { code: 5, message: 'x'.repeat(400) } }, `The web search of Kiro failed: ${'x'.repeat(300)}`],
    [{ result: { isError: true, content: [{ text: 'Sorry.' }] } }, 'The web search of Kiro failed: Sorry.'],
    [{ result: { isError: true } }, 'The web search of Kiro failed: '],
    [{}, 'The web search of Kiro answered nothing readable. Try again.'],
    ['<html>', 'The web search of Kiro answered nothing readable. Try again.'],
  ])('fails with words: %j', async (body, message) => {
    await expect(searchWeb(start({ body }).call, login, 'x')).rejects.toMatchObject({
      kind: 'upstream',
      code: 'SEARCH_FAILED',
      message,
    });
  });
});
