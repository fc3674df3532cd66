import type { ListedProfile } from './account.ts';
import type { TokenBook } from './credentials.ts';
import type { ListedModel } from './models.ts';
import type { HttpAnswer, ScriptedAnswer } from './script.ts';
import type { OpenRequest, SeenRequest } from './seen.ts';

/** All that one emulator knows. */
export interface World {
  url: string;
  readonly book: TokenBook;
  readonly profiles: readonly ListedProfile[];
  readonly models: readonly ListedModel[];
  readonly dialects: readonly ('runtime' | 'q')[];
  readonly limits: { readonly body?: number; readonly inputTokens?: number };
  readonly pace: number;
  readonly checkTokens: boolean;
  readonly scripted: Map<string, ScriptedAnswer[]>;
  otherwise: ScriptedAnswer | ((request: SeenRequest) => ScriptedAnswer | undefined) | undefined;
  readonly polls: string[];
}

/** The answer to a request. */
export async function answerRequest(request: OpenRequest, world: World): Promise<ScriptedAnswer> {
  request.operation = operationOf(request);
  const scripted = world.scripted.get(request.operation)?.shift();
  if (scripted !== undefined) return scripted;
  const { book } = world;
  const body = (request.body ?? {}) as Record<string, string>;
  switch (request.operation) {
    case 'GenerateAssistantResponse': {
      const answer = typeof world.otherwise === 'function' ? world.otherwise(request) : world.otherwise;
      return answer ?? ['Hello from the emulator.'];
    }
    case 'ListAvailableModels':
      return ok({ models: world.models, defaultModel: world.models[0] });
    case 'ListAvailableProfiles':
      return ok({ profiles: world.profiles });
    case 'GetUsageLimits':
      return ok({ usageBreakdownList: [{ resourceType: 'CREDIT', currentUsage: 12, usageLimit: 1000 }] });
    case 'refreshToken': {
      const { accessToken, refreshToken } = book.issue('social');
      return ok({ accessToken, refreshToken, profileArn: world.profiles[0]?.arn, expiresIn: book.lifetime / 1000 });
    }
    case 'token': {
      const { accessToken, refreshToken } = book.issue('oidc', body['clientId']);
      return ok({ accessToken, refreshToken, expiresIn: book.lifetime / 1000 });
    }
    default:
      return { status: 404, body: { __type: 'UnknownOperationException', message: 'No such operation.' } };
  }
}

const ok = (body: unknown): HttpAnswer => ({ status: 200, body });

function operationOf({ headers, path }: OpenRequest): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return target.split('.').at(-1) ?? '';
  return olderPaths[path] ?? path.slice(1);
}

const olderPaths: Readonly<Record<string, string>> = {
  '/generateAssistantResponse': 'GenerateAssistantResponse',
  '/ListAvailableModels': 'ListAvailableModels',
  '/ListAvailableProfiles': 'ListAvailableProfiles',
  '/getUsageLimits': 'GetUsageLimits',
  '/mcp': 'InvokeMCP',
};
