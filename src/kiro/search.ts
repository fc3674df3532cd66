import type { JsonObject, SearchOptions, SearchResult } from '../core/chat.ts';
import { ChatError } from '../core/errors.ts';
import type { Login } from './auth/auth.ts';
import type { Caller } from './caller.ts';
import { isObject, parseObject } from './json.ts';

/** Searches the web by the service. Nothing found is an empty list; a refusal is thrown as a `ChatError`. */
export async function searchWeb(
  call: Caller,
  login: Login,
  query: string,
  signal?: AbortSignal,
): Promise<readonly SearchResult[]> {
  const members: JsonObject = {
    jsonrpc: '2.0',
    id: '1',
    method: 'tools/call',
    params: { name: 'web_search', arguments: { query: shorten(query) } },
    ...(login.profileArn === undefined ? {} : { profileArn: login.profileArn }),
  };
  const headers: Record<string, string> =
    login.profileArn === undefined ? {} : { 'x-amzn-kiro-profile-arn': login.profileArn };
  const response = await call({
    operation: 'InvokeMCP',
    login,
    members: JSON.stringify(members),
    headers,
    signal,
    headersTimeout: 30_000,
  });
  return readResults(await response.text());
}

/** Keeps what the client's domain filters allow. */
export function filterResults(
  results: readonly SearchResult[],
  { allowedDomains, blockedDomains }: Pick<SearchOptions, 'allowedDomains' | 'blockedDomains'>,
): readonly SearchResult[] {
  return results.filter(({ url }) => {
    const allowed = allowedDomains === undefined || allowedDomains.some(domain => isUnder(url, domain));
    return allowed && !(blockedDomains ?? []).some(domain => isUnder(url, domain));
  });
}

// A domain may come with a path, `*.` or a scheme.
function isUnder(address: string, domain: string): boolean {
  const url = URL.parse(address);
  const wanted = URL.parse(`https://${domain.replace(/^[a-z]+:\/\//i, '').replace(/^\*?\./, '')}`);
  if (url === null || wanted === null) return false;
  const host = url.hostname.replace(/^www\./, '');
  const target = wanted.hostname.replace(/^www\./, '');
  return (host === target || host.endsWith(`.${target}`)) && url.pathname.startsWith(wanted.pathname);
}

// Never half of a character.
function shorten(query: string): string {
  return query.slice(0, longestQuery).replace(/[\ud800-\udbff]$/, '');
}

function readResults(text: string): readonly SearchResult[] {
  const body = parseObject(text) ?? {};
  const error = body['error'];
  if (isObject(error)) {
    if (error['code'] === noResults) return [];
    const message = typeof error['message'] === 'string' ? error['message'].slice(0, 300) : 'no reason given';
    throw new ChatError('upstream', `The web search of Kiro failed: ${message}`, { code: 'SEARCH_FAILED' });
  }
  const { result } = body;
  if (!isObject(result)) {
    throw new ChatError('upstream', 'The web search of Kiro answered nothing readable. Try again.', {
      code: 'SEARCH_FAILED',
    });
  }
  const [content] = Array.isArray(result['content']) ? (result['content'] as readonly unknown[]) : [];
  const inner = isObject(content) && typeof content['text'] === 'string' ? content['text'] : '';
  if (result['isError'] === true) {
    throw new ChatError('upstream', `The web search of Kiro failed: ${inner.slice(0, 300)}`, { code: 'SEARCH_FAILED' });
  }
  const found = parseObject(inner)?.['results'];
  return Array.isArray(found) ? found.flatMap(readResult) : [];
}

function readResult(entry: unknown): readonly SearchResult[] {
  if (!isObject(entry) || typeof entry['url'] !== 'string' || !/^https?:\/\//i.test(entry['url'])) return [];
  const { url, title, snippet, publishedDate } = entry;
  const published = typeof publishedDate === 'number' ? toDate(publishedDate) : publishedDate;
  return [
    {
      url,
      title: typeof title === 'string' && title !== '' ? title : url,
      ...(typeof snippet === 'string' && snippet !== '' ? { snippet } : {}),
      ...(typeof published === 'string' && published !== '' ? { published } : {}),
    },
  ];
}

function toDate(time: number): string | undefined {
  const date = new Date(time < 1e11 ? time * 1000 : time);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

const noResults = -32_602;
const longestQuery = 200;
