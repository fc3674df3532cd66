import { ChatError } from '../core/errors.ts';
import {
  deleteStored,
  listInputItems,
  readCompactRequest,
  readStored,
  writeCatalog,
} from '../dialects/openai-responses/index.ts';
import { writeUsage } from './account.ts';
import { answerCall } from './answer.ts';
import { readBytes } from './body.ts';
import type { Context } from './context.ts';
import type { Exchange } from './exchange.ts';
import { readJson } from './json.ts';
import { unknownModel, writeListedModel, writeModelList, writeModelPage, writePagedModel } from './models.ts';
import { readId } from './path.ts';
import { send, sendJson } from './send.ts';

/** An endpoint: a path, or with a `/` at its end all paths below it. */
export interface Route {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, Handler>>>;
  /** Answers without a key. */
  readonly isOpen?: true;
}

export type Method = 'GET' | 'POST' | 'DELETE';

type Handler = (exchange: Exchange, context: Context) => unknown;

/** The endpoint of a path. */
export function findRoute(path: string): Route | undefined {
  return exact.get(path) ?? below.find(route => path.startsWith(route.path));
}

/** The methods that an endpoint answers, as the Allow header names them. */
export function writeAllow(route: Route): string {
  const methods = Object.keys(route.methods);
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

// Nothing here holds the call: its answer takes long, and it can be large.
const chat: Handler = async (exchange, context) => {
  await answerCall(exchange, exchange.dialect.parse(await readBody(exchange, context), exchange.header), context);
};

const countTokens: Handler = async (exchange, context) => {
  const { chat } = exchange.dialect.parse(await readBody(exchange, context), exchange.header);
  exchange.notes.dialect = exchange.dialect.name;
  exchange.notes.model = chat.model;
  const tokens = { input_tokens: await context.backend.count(chat) };
  const isAnthropic = exchange.dialect.name === 'anthropic';
  sendJson(exchange, 200, isAnthropic ? tokens : { object: 'response.input_tokens', ...tokens });
};

const listModels: Handler = async (exchange, { backend }) => {
  const models = await backend.models();
  const clientVersion = queryOf(exchange).get('client_version');
  if (clientVersion !== null) sendJson(exchange, 200, writeCatalog(models, clientVersion));
  else if (exchange.dialect.name === 'anthropic') sendJson(exchange, 200, writeModelPage(models, queryOf(exchange)));
  else sendJson(exchange, 200, writeModelList(models));
};

const showModel: Handler = async (exchange, { backend }) => {
  const name = readId(exchange.path, '/models/');
  const model = await backend.model(name);
  if (model === undefined) throw unknownModel(name, await backend.models());
  sendJson(exchange, 200, exchange.dialect.name === 'anthropic' ? writePagedModel(model) : writeListedModel(model));
};

const compactConversation: Handler = async (exchange, context) => {
  const body = await readBody(exchange, context);
  await answerCall(exchange, readCompactRequest(body, exchange.header, context.store), context);
};

const showResponse: Handler = (exchange, { store }) => {
  const id = readId(exchange.path, '/responses/');
  const ending = '/input_items';
  const isList = id.endsWith(ending);
  const answer = isList ? listInputItems(store, id.slice(0, -ending.length), queryOf(exchange)) : readStored(store, id);
  sendJson(exchange, 200, answer);
};

const deleteResponse: Handler = (exchange, { store }) => {
  sendJson(exchange, 200, deleteStored(store, readId(exchange.path, '/responses/')));
};

const showUsage: Handler = async (exchange, { backend }) => {
  sendJson(exchange, 200, writeUsage(await backend.usage(exchange.signal)));
};

const showMetrics: Handler = async (exchange, { metrics }) => {
  const { contentType, text } = await metrics.write();
  send(exchange, 200, text, { 'content-type': contentType });
};

const showHealth: Handler = (exchange, { version }) => {
  sendJson(exchange, 200, { name: 'kiro-gw', version, status: 'ok' });
};

const showReadiness: Handler = async (exchange, { backend }) => {
  try {
    await backend.ready();
  } catch (thrown) {
    if (!(thrown instanceof ChatError)) throw thrown;
    sendJson(exchange, 503, { ready: false, reason: thrown.message });
    return;
  }
  sendJson(exchange, 200, { ready: true });
};

const refuse: Handler = exchange => {
  throw new ChatError('unsupported', `The gateway has no ${exchange.path}: the Kiro service offers nothing like it.`, {
    code: 'not_implemented',
  });
};

const queryOf = ({ query }: Exchange): URLSearchParams => new URLSearchParams(query);

async function readBody(exchange: Exchange, { limits }: Context): Promise<unknown> {
  const bytes = await readBytes(exchange.request, limits, exchange.signal);
  exchange.witness?.request(bytes);
  return readJson(bytes);
}

const any = { GET: refuse, POST: refuse, DELETE: refuse };

const routes: readonly Route[] = [
  { path: '/messages', methods: { POST: chat } },
  { path: '/messages/count_tokens', methods: { POST: countTokens } },
  { path: '/messages/batches', methods: any },
  { path: '/messages/batches/', methods: any },
  { path: '/chat/completions', methods: { POST: chat } },
  { path: '/responses', methods: { POST: chat } },
  { path: '/responses/input_tokens', methods: { POST: countTokens } },
  { path: '/responses/compact', methods: { POST: compactConversation } },
  { path: '/responses/', methods: { GET: showResponse, DELETE: deleteResponse } },
  { path: '/completions', methods: { POST: chat } },
  { path: '/models', methods: { GET: listModels } },
  { path: '/models/', methods: { GET: showModel } },
  { path: '/usage', methods: { GET: showUsage } },
  { path: '/embeddings', methods: any },
  { path: '/audio/', methods: any },
  { path: '/images/', methods: any },
  { path: '/moderations', methods: any },
  { path: '/', methods: { GET: showHealth }, isOpen: true },
  { path: '/health', methods: { GET: showHealth }, isOpen: true },
  { path: '/api/hello', methods: { GET: showHealth }, isOpen: true },
  { path: '/ready', methods: { GET: showReadiness }, isOpen: true },
  { path: '/metrics', methods: { GET: showMetrics } },
];

const exact = new Map(
  routes.filter(({ path }) => path === '/' || !path.endsWith('/')).map(route => [route.path, route]),
);
const below = routes.filter(({ path }) => path !== '/' && path.endsWith('/'));
