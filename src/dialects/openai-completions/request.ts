// Requests of the Completions API. https://platform.openai.com/docs/api-reference/completions/create
import { invalid, optionalString, readBody, unsupported } from '../body.ts';
import type { Call, Header } from '../dialect.ts';
import * as field from '../fields.ts';

export interface CompletionsCall extends Call {
  /** Whether a last chunk tells the tokens. */
  readonly includeUsage: boolean;
  /** What is put before the answer's text: the prompt, when the client wants it back. */
  readonly echo: string;
}

/** Reads a request: one prompt, which becomes the only message. */
export function readRequest(body: unknown, _header: Header): CompletionsCall {
  const request = readBody(bodySchema, body);
  for (const name of ['n', 'best_of'] as const) {
    if ((request[name] ?? 1) !== 1) throw unsupported(name, 'only 1 answer at a time is possible');
  }
  if (typeof request.logprobs === 'number') throw unsupported('logprobs', 'the service gives no probabilities');
  if (optionalString(request.suffix) !== undefined) {
    throw unsupported('suffix', 'the service cannot fill a gap in a text; use the chat API and describe the gap');
  }
  const prompt = readPrompt(request.prompt);
  const session = optionalString(request.user);
  const maxTokens = request.max_tokens ?? undefined;
  return {
    chat: {
      model: request.model,
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
      tools: [],
      toolChoice: { type: 'auto' },
      parallelTools: true,
      stop: [request.stop ?? []].flat().filter(sequence => sequence !== ''),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      ...(session === undefined ? {} : { session }),
    },
    stream: request.stream === true,
    ignored: withoutEffect.filter(name => (request[name] ?? null) !== null),
    includeUsage: request.stream_options?.include_usage === true,
    echo: request.echo === true ? prompt : '',
  };
}

function readPrompt(value: unknown): string {
  const [prompt, ...others] = Array.isArray(value) ? value : [value];
  if (typeof prompt === 'number' || Array.isArray(prompt)) {
    throw unsupported('prompt', 'tokens cannot be read here; send text');
  }
  if (others.length > 0) throw unsupported('prompt', 'only 1 prompt at a time is possible');
  if (typeof prompt !== 'string') throw invalid('prompt', 'must be a string');
  if (prompt === '') throw invalid('prompt', 'must not be empty');
  return prompt;
}

const bodySchema = field.object({
  model: field.name,
  prompt: field.anything,
  suffix: field.anything,
  user: field.anything,
  stream: field.maybe(field.flag),
  stream_options: field.maybe(field.object({ include_usage: field.maybe(field.flag) })),
  max_tokens: field.maybe(field.positive),
  stop: field.maybe(field.stop),
  n: field.maybe(field.number),
  best_of: field.maybe(field.number),
  logprobs: field.maybe(field.number),
  echo: field.maybe(field.flag),
});

/** Parameters that are accepted and change nothing: the service has no such thing. */
export const withoutEffect = ['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'seed'];
