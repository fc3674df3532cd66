import type { JsonObject } from '../core/chat.ts';
import type { ChatError } from '../core/errors.ts';
import { neverConnected } from './network.ts';

/** The two forms of the service: hosts, paths and headers. */
export type Form = 'runtime' | 'q';

/** Which hosts may be asked. */
export interface EndpointOptions {
  /** `auto`: `runtime`, and `q` where that one does not answer. */
  readonly endpoint: 'auto' | Form;
  /** Replace a base address outright, and switch the falling back off. */
  readonly runtimeUrl?: string | undefined;
  readonly managementUrl?: string | undefined;
}

/** An operation of the service. */
export type Operation =
  | 'GenerateAssistantResponse'
  | 'ListAvailableModels'
  | 'ListAvailableProfiles'
  | 'GetUsageLimits'
  | 'InvokeMCP';

/** One HTTP request. */
export interface Address {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Remembers which form of the service answers. */
export interface Endpoints {
  /** The forms to try, in order, for one side of the service. */
  forms(side: Side): readonly Form[];
  answered(side: Side, form: Form): void;
}

/** The two halves of the service, which may answer in different forms. */
export type Side = 'inference' | 'control';

/** Begins with the newer form. */
export function createEndpoints({ endpoint, runtimeUrl, managementUrl }: EndpointOptions): Endpoints {
  const working = new Map<Side, Form>();
  return {
    forms(side) {
      if (endpoint !== 'auto') return [endpoint];
      if ((side === 'inference' ? runtimeUrl : managementUrl) !== undefined) return ['runtime'];
      return working.get(side) === 'q' ? ['q', 'runtime'] : ['runtime', 'q'];
    },
    answered(side, form) {
      working.set(side, form);
    },
  };
}

/** Whether the other form may serve what this one did not: never because of a limit. */
export function mayFallBack(error: ChatError): boolean {
  return neverConnected(error) || error.code === 'UNKNOWN_OPERATION';
}

/** Which side of the service an operation is on. */
export function sideOf(operation: Operation): Side {
  return operation === 'GenerateAssistantResponse' || operation === 'InvokeMCP' ? 'inference' : 'control';
}

/** Where and how an operation is called. `members` go into the body, and into the query where the form wants that. */
export function addressOf(
  form: Form,
  operation: Operation,
  region: string,
  members: JsonObject | string,
  options: EndpointOptions,
): Address {
  const base = baseOf(form, operation, region, options);
  const isControl = sideOf(operation) === 'control';
  const body = typeof members === 'string' ? members : JSON.stringify(members);
  const query = (withToken: boolean): string =>
    isControl && typeof members !== 'string' ? queryOf(members, withToken) : '';
  if (form === 'runtime') {
    const target = `${isControl ? control : streaming}.${operation}`;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
    return { method: 'POST', url: `${base}/${query(false)}`, headers, body };
  }
  const { method, path } = paths[operation];
  const headers = { 'x-amzn-kiro-agent-mode': 'vibe' };
  if (method === 'GET') return { method, url: `${base}/${path}${query(true)}`, headers };
  return { method, url: `${base}/${path}`, headers: { ...headers, 'content-type': 'application/json' }, body };
}

function baseOf(form: Form, operation: Operation, region: string, options: EndpointOptions): string {
  const isControl = sideOf(operation) === 'control';
  const override = isControl ? options.managementUrl : options.runtimeUrl;
  const host =
    form === 'q' ? `q.${region}.amazonaws.com` : `${isControl ? 'management' : 'runtime'}.${region}.kiro.dev`;
  return (override ?? `https://${host}`).replace(/\/+$/, '');
}

function queryOf(members: JsonObject, withToken: boolean): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    if (withToken || name !== 'nextToken') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

const streaming = 'AmazonCodeWhispererStreamingService';
const control = 'AmazonCodeWhispererService';
const paths: Readonly<Record<Operation, { readonly method: 'GET' | 'POST'; readonly path: string }>> = {
  GenerateAssistantResponse: { method: 'POST', path: 'generateAssistantResponse' },
  ListAvailableModels: { method: 'GET', path: 'ListAvailableModels' },
  ListAvailableProfiles: { method: 'POST', path: 'ListAvailableProfiles' },
  GetUsageLimits: { method: 'GET', path: 'getUsageLimits' },
  InvokeMCP: { method: 'POST', path: 'mcp' },
};
