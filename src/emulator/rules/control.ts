import type { SeenRequest } from '../seen.ts';
import type { Breach, Rules } from './rule.ts';
import { compareShape, isObject, type Shape } from './shape.ts';

/** Rules about the calls of the control plane. */
export const controlRules: Rules<SeenRequest> = {
  '1 members': checkMembers,
  '1 origin': checkOrigin,
  '1 query': checkQuery,
};

/** What a call says, wherever the dialect has it. */
export function readParameters({ method, body, query }: SeenRequest): Readonly<Record<string, unknown>> {
  return method === 'GET' ? query : { ...query, ...membersOf(body) };
}

function* checkMembers(request: SeenRequest): Iterable<Breach> {
  const known = members[request.operation] ?? [];
  for (const name of Object.keys(request.query)) {
    if (!known.includes(name)) yield { path: `query ${name}`, message: 'is not a parameter that the service knows' };
  }
  const { body } = request;
  if (request.method === 'GET') {
    if (body !== undefined) yield { path: 'body', message: 'a GET has none' };
  } else if (!isObject(body)) {
    yield { path: 'body', message: 'must be an object' };
  } else if (Object.keys(body).length > 0) {
    yield* compareShape(body, shapeOf(known), '');
  }
}

const membersOf = (body: unknown): Readonly<Record<string, unknown>> => (isObject(body) ? body : {});

function shapeOf(names: readonly string[]): Shape {
  const written = names.filter(name => name !== 'maxResults');
  const shapes: Record<string, Shape> = Object.fromEntries(written.map(name => [`${name}?`, { text: /[\s\S]/ }]));
  return { members: names.includes('maxResults') ? { ...shapes, 'maxResults?': { number: true } } : shapes };
}

function* checkOrigin(request: SeenRequest): Iterable<Breach> {
  if (request.operation === 'ListAvailableProfiles') return;
  if (readParameters(request)['origin'] !== 'AI_EDITOR') yield { path: 'origin', message: 'must be AI_EDITOR' };
}

/** In the newer dialect the parameters stand in the address and in the body; the page's token only in the body. */
function* checkQuery({ operation, dialect, query, body }: SeenRequest): Iterable<Breach> {
  if (dialect !== 'runtime') return;
  const inBody = membersOf(body);
  for (const name of members[operation] ?? []) {
    if (name === 'nextToken') {
      if (name in query) yield { path: `query ${name}`, message: 'belongs in the body only' };
    } else if (query[name] !== (inBody[name] === undefined ? undefined : `${inBody[name]}`)) {
      yield { path: name, message: 'must stand in the address and in the body alike' };
    }
  }
}

const members: Readonly<Record<string, readonly string[]>> = {
  ListAvailableModels: ['origin', 'profileArn', 'maxResults', 'nextToken'],
  ListAvailableProfiles: ['origin', 'maxResults', 'nextToken'],
  GetUsageLimits: ['origin', 'profileArn', 'resourceType'],
};
