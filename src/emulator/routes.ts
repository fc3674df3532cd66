import { answerInference } from './inference.ts';
import { answerModels, answerProfiles, answerUsage } from './listing.ts';
import type { ScriptedAnswer } from './script.ts';
import { answerSearch } from './search.ts';
import type { OpenRequest } from './seen.ts';
import { answerExternalDiscovery, answerExternalSignIn, answerExternalToken } from './sign-in/external.ts';
import { answerDeviceAuthorization, answerRegister, answerToken } from './sign-in/oidc.ts';
import {
  answerLogout,
  answerSignIn,
  answerSocialDevice,
  answerSocialPoll,
  answerSocialRefresh,
  answerSocialToken,
} from './sign-in/social.ts';
import type { State } from './state.ts';

/** Answers one kind of request. */
export type Answerer = (request: OpenRequest, state: State) => ScriptedAnswer;

/** What a request is for, and who answers it. */
export interface Route {
  readonly operation: string;
  readonly dialect: 'runtime' | 'q' | 'auth';
  readonly answer: Answerer;
}

/** The route of a request; undefined when the service has no such operation. */
export function findRoute({ method, path, headers }: OpenRequest): Route | undefined {
  const [, service, name = ''] = /^(\w+)\.(\w+)$/.exec(headers['x-amz-target'] ?? '') ?? [];
  if (service !== undefined && method === 'POST' && path === '/') {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    return operation?.services.includes(service)
      ? { operation: name, dialect: 'runtime', answer: operation.answer }
      : undefined;
  }
  const place = `${method} ${path}`;
  const older = Object.entries(operations).find(([, operation]) => operation.place === place);
  if (older !== undefined) return { operation: older[0], dialect: 'q', answer: older[1].answer };
  const answer = Object.hasOwn(signIn, place) ? signIn[place] : undefined;
  return answer === undefined ? undefined : { operation: path.slice(1), dialect: 'auth', answer };
}

interface Operation {
  /** The prefixes of its target. */
  readonly services: readonly string[];
  /** Method and path in the older dialect. */
  readonly place: string;
  readonly answer: Answerer;
}

const streaming = 'AmazonCodeWhispererStreamingService';
const control = 'AmazonCodeWhispererService';
const operations: Readonly<Record<string, Operation>> = {
  GenerateAssistantResponse: {
    services: [streaming],
    place: 'POST /generateAssistantResponse',
    answer: answerInference,
  },
  ListAvailableModels: { services: [control], place: 'GET /ListAvailableModels', answer: answerModels },
  ListAvailableProfiles: { services: [control], place: 'POST /ListAvailableProfiles', answer: answerProfiles },
  GetUsageLimits: { services: [control], place: 'GET /getUsageLimits', answer: answerUsage },
  InvokeMCP: { services: [control, streaming], place: 'POST /mcp', answer: answerSearch },
};

const signIn: Readonly<Record<string, Answerer>> = {
  'POST /refreshToken': answerSocialRefresh,
  'GET /signin': answerSignIn,
  'POST /oauth/token': answerSocialToken,
  'POST /oauth/device/authorization': answerSocialDevice,
  'POST /oauth/device/poll': answerSocialPoll,
  'POST /logout': answerLogout,
  'POST /client/register': answerRegister,
  'POST /device_authorization': answerDeviceAuthorization,
  'POST /token': answerToken,
  'GET /external/.well-known/openid-configuration': answerExternalDiscovery,
  'GET /external/authorize': answerExternalSignIn,
  'POST /external/token': answerExternalToken,
};
