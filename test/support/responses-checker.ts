import { readSse } from './sse-text.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is checked here has no type until it passed.
type Loose = any;

export interface CheckedResponse {
  /** What breaks the rules of the API; empty when nothing does. */
  readonly problems: readonly string[];
  /** The response object of the last event. */
  readonly response: Loose;
  /** The items as a client puts them together from the events alone. */
  readonly items: readonly Loose[];
  readonly types: readonly string[];
}

/** Reads a Responses stream as a strict client does, and says every rule that it breaks. */
export function checkResponsesStream(text: string): CheckedResponse {
  const problems: string[] = [];
  const must = (condition: boolean, rule: string): void => {
    if (!condition) problems.push(rule);
  };
  const items: Loose[] = [];
  const types: string[] = [];
  let first: Loose;
  let last: Loose;
  let open: Open | undefined;

  for (const { event, data } of readSse(text)) {
    const body = JSON.parse(data) as Loose;
    const at = `${body.type} (${types.length})`;
    must(event === body.type, `event line "${event}" beside type "${body.type}"`);
    must(body.sequence_number === types.length, `${at}: sequence_number is ${body.sequence_number}`);
    must(last === undefined, `${at}: comes after the end`);
    types.push(body.type);
    if (types.length === 1) must(body.type === 'response.created', `begins with ${body.type}`);
    if (types.length === 2) {
      must(body.type === 'response.in_progress' || body.type === 'response.failed', `goes on with ${body.type}`);
    }
    if (body.response !== undefined) {
      checkResponse(body.response, at, must);
      first ??= body.response;
      must(body.response.id === first.id, `${at}: another response id`);
      must(body.response.created_at === first.created_at, `${at}: another created_at`);
    }
    switch (body.type) {
      case 'response.created':
      case 'response.in_progress':
        must(body.response.status === 'in_progress', `${at}: status ${body.response.status}`);
        must(body.response.output.length === 0 && body.response.usage === null, `${at}: is not empty`);
        must(items.length === 0 && open === undefined, `${at}: after items`);
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        last = body.response;
        must(`response.${last.status}` === body.type, `${at}: status ${last.status}`);
        must(open === undefined || last.status === 'failed', `${at}: inside an item`);
        must(same(last.output, items), `${at}: output is not what the events said`);
        break;
      case 'response.output_item.added':
        must(open === undefined, `${at}: inside another item`);
        must(body.output_index === items.length, `${at}: index ${body.output_index} after ${items.length} items`);
        checkEmpty(body.item, at, must);
        open = { item: body.item, steps: [], text: '' };
        break;
      case 'response.output_item.done':
        must(body.output_index === items.length, `${at}: index ${body.output_index} after ${items.length} items`);
        if (open !== undefined) checkItem(open, body.item, at, must);
        else must(false, `${at}: without its beginning`);
        items.push(body.item);
        open = undefined;
        break;
      default:
        must(open !== undefined, `${at}: outside of an item`);
        if (open === undefined) break;
        must(body.item_id === open.item.id, `${at}: of another item`);
        must(body.output_index === items.length, `${at}: of another index`);
        step(open, body, at, must);
    }
  }
  must(last !== undefined, 'the stream just ends');
  return { problems, response: last, items, types };
}

type Must = (condition: boolean, rule: string) => void;
interface Open {
  readonly item: Loose;
  readonly steps: string[];
  text: string;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What every response object must have, in a stream and at once. */
export function checkResponse(response: Loose, at: string, must: Must): void {
  must(/^resp_./.test(response.id) && response.object === 'response', `${at}: is no response`);
  must(Number.isInteger(response.created_at), `${at}: created_at is ${response.created_at}`);
  must(typeof response.model === 'string' && response.model !== '', `${at}: no model`);
  for (const name of ['output', 'tools']) must(Array.isArray(response[name]), `${at}: ${name} is no list`);
  for (const name of ['text', 'reasoning', 'metadata']) {
    must(typeof response[name] === 'object' && response[name] !== null, `${at}: ${name} is no object`);
  }
  must(typeof response.text.format?.type === 'string', `${at}: no text.format`);
  for (const name of ['parallel_tool_calls', 'store']) {
    must(typeof response[name] === 'boolean', `${at}: ${name} is ${response[name]}`);
  }
  for (const name of members) must(name in response, `${at}: lacks ${name}`);
  must((response.status === 'failed') === (response.error !== null), `${at}: error does not fit`);
  must((response.status === 'incomplete') === (response.incomplete_details !== null), `${at}: incomplete_details`);
  if (response.status === 'failed') {
    must(typeof response.error?.code === 'string' && typeof response.error?.message === 'string', `${at}: error form`);
  }
  if (response.status === 'incomplete') {
    must(['max_output_tokens', 'content_filter'].includes(response.incomplete_details?.reason), `${at}: reason`);
  }
  if (response.status === 'completed' || response.status === 'incomplete') checkUsage(response.usage, at, must);
}

const members = [
  ...['instructions', 'previous_response_id', 'temperature', 'top_p', 'tool_choice', 'truncation'],
  ...['max_output_tokens', 'service_tier', 'user', 'prompt_cache_key', 'usage', 'error', 'incomplete_details'],
];

function checkUsage(usage: Loose, at: string, must: Must): void {
  const count = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
  for (const name of ['input_tokens', 'output_tokens', 'total_tokens']) must(count(usage?.[name]), `${at}: ${name}`);
  must(count(usage?.input_tokens_details?.cached_tokens), `${at}: cached_tokens`);
  must(count(usage?.output_tokens_details?.reasoning_tokens), `${at}: reasoning_tokens`);
  must(usage?.total_tokens === usage?.input_tokens + usage?.output_tokens, `${at}: total_tokens does not add up`);
}

function checkEmpty(item: Loose, at: string, must: Must): void {
  const prefix = prefixes[item.type as string];
  must(prefix !== undefined, `${at}: unknown item ${item.type}`);
  must(String(item.id).startsWith(`${prefix}_`), `${at}: id ${item.id} of a ${item.type}`);
  if (item.type !== 'compaction') must(item.status === 'in_progress', `${at}: status ${item.status}`);
  const begun: Readonly<Record<string, unknown>> = {
    message: item.content,
    reasoning: item.summary,
    function_call: item.arguments,
    custom_tool_call: item.input,
    tool_search_call: item.arguments,
  };
  if (item.type in begun) must(['[]', '""', '{}'].includes(JSON.stringify(begun[item.type])), `${at}: is not empty`);
}

const prefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  tool_search_call: 'tsc',
  web_search_call: 'ws',
  compaction: 'cmp',
};

function step(open: Open, body: Loose, at: string, must: Must): void {
  const name = String(body.type).replace(/^response\./, '');
  if (name.endsWith('.delta')) {
    must(typeof body.delta === 'string', `${at}: delta is no string`);
    open.text += body.delta;
    if (open.steps.at(-1) !== name) open.steps.push(name);
  } else if (name === 'output_text.annotation.added') {
    must(body.annotation?.type === 'url_citation', `${at}: annotation form`);
  } else {
    open.steps.push(name);
  }
  if (open.item.type === 'message') must(body.content_index === 0, `${at}: content_index ${body.content_index}`);
  if (open.item.type === 'reasoning') must(body.summary_index === 0, `${at}: summary_index ${body.summary_index}`);
  if (name.includes('part.')) {
    const type = open.item.type === 'message' ? 'output_text' : 'summary_text';
    must(body.part?.type === type, `${at}: part is a ${body.part?.type}`);
    if (name.endsWith('added')) must(body.part?.text === '', `${at}: part is not empty`);
  }
  const whole = name.endsWith('part.done') ? body.part?.text : (body.text ?? body.arguments ?? body.input);
  if (name.endsWith('.done')) must(whole === open.text, `${at}: is not the sum of its deltas`);
}

function checkItem(open: Open, item: Loose, at: string, must: Must): void {
  must(item.id === open.item.id && item.type === open.item.type, `${at}: another item than announced`);
  if (item.type !== 'compaction') {
    must(['completed', 'incomplete', 'failed'].includes(item.status), `${at}: status ${item.status}`);
  }
  for (const name of ['call_id', 'name', 'namespace', 'role', 'execution']) {
    must(item[name] === open.item[name], `${at}: ${name} changed`);
  }
  const steps = open.steps.join(' ');
  const order = orders[item.type as string] ?? [];
  must(order.includes(steps), `${at}: ${item.type} went through "${steps}"`);
  const wholes: Readonly<Record<string, unknown>> = {
    message: item.content?.[0]?.text,
    reasoning: item.summary?.[0]?.text ?? '',
    function_call: item.arguments,
    custom_tool_call: item.input,
  };
  if (item.type in wholes) must(wholes[item.type] === open.text, `${at}: is not what its deltas said`);
  if (item.type === 'function_call') must(isJson(item.arguments), `${at}: arguments are no JSON`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const textSteps = 'content_part.added output_text.delta output_text.done content_part.done';
const summarySteps =
  'reasoning_summary_part.added reasoning_summary_text.delta reasoning_summary_text.done reasoning_summary_part.done';

const orders: Readonly<Record<string, readonly string[]>> = {
  message: [textSteps],
  reasoning: [summarySteps, ''],
  function_call: ['function_call_arguments.delta function_call_arguments.done'],
  custom_tool_call: ['custom_tool_call_input.delta custom_tool_call_input.done'],
  tool_search_call: [''],
  web_search_call: ['web_search_call.in_progress web_search_call.searching web_search_call.completed'],
  compaction: [''],
};
