import type { AccountUsage } from '../core/backend.ts';
import type { Json, JsonObject } from '../core/chat.ts';
import { ChatError } from '../core/errors.ts';
import type { Login } from './auth/auth.ts';
import type { ListedProfile } from './auth/profile.ts';
import type { Caller } from './caller.ts';
import type { Operation } from './endpoints.ts';
import { isObject, parseObject } from './json.ts';
import { type KnownModel, readModel } from './models/entry.ts';
import { readUsage } from './usage.ts';

/** Asks the control plane. Everything throws `ChatError`; a refused token is the caller's to renew. */
export interface Control {
  models(login: Login, signal?: AbortSignal): Promise<readonly KnownModel[]>;
  /** The profiles that a region knows for a sign-in; most have one. */
  profiles(login: Login, region: string, signal?: AbortSignal): Promise<readonly ListedProfile[]>;
  usage(login: Login, signal?: AbortSignal): Promise<AccountUsage>;
}

/** The control plane by calls of the service. */
export function createControl(call: Caller): Control {
  const ask = async (operation: Operation, login: Login, members: JsonObject, more: More): Promise<JsonObject> => {
    const response = await call({ operation, login, members, headersTimeout: patience, ...more });
    return readObject(await response.text(), operation);
  };

  /** All pages of a list; what came before a failing page counts. */
  const pages = async (
    operation: Operation,
    login: Login,
    members: JsonObject,
    more: More,
  ): Promise<readonly JsonObject[]> => {
    const found: JsonObject[] = [];
    let nextToken: Json | undefined;
    do {
      const page = await ask(operation, login, nextToken === undefined ? members : { ...members, nextToken }, more);
      found.push(page);
      const next = page['nextToken'];
      nextToken = typeof next === 'string' && next !== '' && next !== nextToken ? next : undefined;
    } while (nextToken !== undefined && found.length < mostPages);
    return found;
  };

  return {
    async models(login, signal) {
      const members = { origin, ...profileOf(login), maxResults: 100 };
      const found = await pages('ListAvailableModels', login, members, { signal });
      const defaultModel = found.map(page => page['defaultModel']).find(model => model !== undefined);
      const defaultId = typeof defaultModel === 'string' ? defaultModel : idOf(defaultModel);
      const models = found.flatMap(page => list(page['models'])).map(entry => readModel(entry, defaultId));
      const unique = new Map(models.flatMap(model => (model === undefined ? [] : [[model.id, model] as const])));
      if (unique.size === 0) throw new ChatError('upstream', 'Kiro listed no models. Try again later.');
      return [...unique.values()];
    },
    async profiles(login, region, signal) {
      const found = await pages('ListAvailableProfiles', login, { maxResults: 10 }, { signal, region });
      return found.flatMap(page => list(page['profiles'])).flatMap(readProfile);
    },
    async usage(login, signal) {
      const members = { origin, resourceType: 'AGENTIC_REQUEST', ...profileOf(login) };
      try {
        return readUsage(await ask('GetUsageLimits', login, members, { signal }));
      } catch (thrown) {
        // Unknown is not broken.
        if (!(thrown instanceof ChatError) || thrown.code !== 'FEATURE_NOT_SUPPORTED') throw thrown;
        throw new ChatError('unsupported', 'Kiro does not tell the usage of this account.', { code: thrown.code });
      }
    },
  };
}

interface More {
  readonly signal?: AbortSignal | undefined;
  readonly region?: string;
}

function readProfile(entry: unknown): readonly ListedProfile[] {
  if (!isObject(entry) || typeof entry['arn'] !== 'string') return [];
  const name = entry['profileName'];
  const status = entry['status'];
  return [
    {
      arn: entry['arn'],
      ...(typeof name === 'string' ? { name } : {}),
      active: status === undefined || status === 'ACTIVE',
    },
  ];
}

function readObject(text: string, operation: string): JsonObject {
  const value = parseObject(text);
  if (value !== undefined) return value;
  throw new ChatError('upstream', `Kiro answered ${operation} with something that is no JSON object. Try again.`);
}

const profileOf = ({ profileArn }: Login): JsonObject => (profileArn === undefined ? {} : { profileArn });
const idOf = (model: unknown): string | undefined =>
  isObject(model) && typeof model['modelId'] === 'string' ? model['modelId'] : undefined;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const origin = 'AI_EDITOR';
const mostPages = 50;
const patience = 20_000;
