import { readSse } from './sse-text.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is checked here has no type until it passed.
type Loose = any;

export interface CheckedMessage {
  /** What breaks the rules of the API; empty when nothing does. */
  readonly problems: readonly string[];
  /** The message as a client puts it together. */
  readonly message: Loose;
  readonly error?: Loose;
}

/** Reads a Messages stream as a strict client does, and says every rule that it breaks. */
export function checkAnthropicStream(text: string): CheckedMessage {
  const problems: string[] = [];
  const must = (condition: boolean, rule: string): void => {
    if (!condition) problems.push(rule);
  };
  let message: Loose;
  let error: Loose;
  let open: { index: number; block: Loose; json: string } | undefined;
  let ended = false;
  let stopped = false;

  for (const { event, data } of readSse(text)) {
    const body = JSON.parse(data) as Loose;
    must(event === body.type, `event line "${event}" beside type "${body.type}"`);
    must(!ended && error === undefined, `${body.type} after the end`);
    if (body.type !== 'message_start' && body.type !== 'error')
      must(message !== undefined, `${body.type} before message_start`);
    switch (body.type) {
      case 'ping':
        break;
      case 'message_start':
        must(message === undefined, 'a second message_start');
        message = structuredClone(body.message);
        must(Array.isArray(message.content) && message.content.length === 0, 'message_start has content');
        must(
          /^msg_./.test(message.id) && message.role === 'assistant' && message.type === 'message',
          'message_start is no message',
        );
        must(message.stop_reason === null, 'message_start has a stop reason');
        checkUsage(message.usage, must);
        break;
      case 'content_block_start':
        must(open === undefined, `block ${body.index} opened inside block ${open?.index}`);
        must(body.index === message.content.length, `block ${body.index} after ${message.content.length} blocks`);
        open = { index: body.index, block: structuredClone(body.content_block), json: '' };
        checkStart(open.block, must);
        break;
      case 'content_block_delta':
        must(open?.index === body.index, `delta for block ${body.index} while ${open?.index} is open`);
        if (open) extend(open, body.delta, must);
        break;
      case 'content_block_stop':
        must(open?.index === body.index, `stop of block ${body.index} while ${open?.index} is open`);
        if (open) message.content.push(finishBlock(open, must));
        open = undefined;
        break;
      case 'message_delta':
        must(open === undefined, 'message_delta inside a block');
        must(!stopped, 'a second message_delta');
        stopped = true;
        must(stopReasons.has(body.delta.stop_reason), `stop reason ${body.delta.stop_reason}`);
        must(
          (body.delta.stop_reason === 'stop_sequence') === (body.delta.stop_sequence !== null),
          'stop_sequence does not fit',
        );
        checkUsage(body.usage, must);
        Object.assign(message, body.delta, { usage: body.usage });
        break;
      case 'message_stop':
        must(stopped, 'message_stop without message_delta');
        ended = true;
        break;
      case 'error':
        must(typeof body.error?.type === 'string' && typeof body.error?.message === 'string', 'an error without form');
        error = body.error;
        break;
      default:
        problems.push(`unknown event ${body.type}`);
    }
  }
  must(ended || error !== undefined, 'the stream just ends');
  if (message) checkSearches(message.content, must);
  return { problems, message, ...(error === undefined ? {} : { error }) };
}

type Must = (condition: boolean, rule: string) => void;

function checkUsage(usage: Loose, must: Must): void {
  for (const name of ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']) {
    must(Number.isInteger(usage?.[name]) && usage[name] >= 0, `usage.${name} is ${usage?.[name]}`);
  }
}

function checkStart(block: Loose, must: Must): void {
  if (block.type === 'text') must(block.text === '', 'text in a block that only begins');
  if (block.type === 'thinking') must(block.thinking === '' && block.signature === '', 'thinking that only begins');
  if (block.type === 'tool_use' || block.type === 'server_tool_use') {
    must(typeof block.id === 'string' && typeof block.name === 'string', 'a tool use without id or name');
    must(JSON.stringify(block.input) === '{}', 'input in a block that only begins');
  }
}

const deltaOf: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  server_tool_use: ['input_json_delta'],
};

function extend(open: { block: Loose; json: string }, delta: Loose, must: Must): void {
  must(deltaOf[open.block.type]?.includes(delta.type) === true, `${delta.type} in a ${open.block.type} block`);
  if (delta.type === 'text_delta') open.block.text += delta.text;
  if (delta.type === 'thinking_delta') open.block.thinking += delta.thinking;
  if (delta.type === 'signature_delta') open.block.signature = delta.signature;
  if (delta.type === 'citations_delta') open.block.citations = [...(open.block.citations ?? []), delta.citation];
  if (delta.type === 'input_json_delta') open.json += delta.partial_json;
}

function finishBlock({ block, json }: { block: Loose; json: string }, must: Must): Loose {
  if (block.type !== 'tool_use' && block.type !== 'server_tool_use') return block;
  try {
    const input = json === '' ? {} : (JSON.parse(json) as unknown);
    must(typeof input === 'object' && input !== null && !Array.isArray(input), 'tool input is no object');
    return { ...block, input };
  } catch {
    must(false, `tool input is no JSON: ${json}`);
    return block;
  }
}

function checkSearches(content: readonly Loose[], must: Must): void {
  for (const [index, block] of content.entries()) {
    if (block.type === 'server_tool_use') {
      const result = content[index + 1];
      must(result?.type === 'web_search_tool_result' && result.tool_use_id === block.id, 'a search without its result');
    }
  }
}

const stopReasons = new Set([
  ...['end_turn', 'tool_use', 'max_tokens', 'stop_sequence'],
  ...['refusal', 'pause_turn', 'model_context_window_exceeded'],
]);
