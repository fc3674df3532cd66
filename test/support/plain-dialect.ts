// The smallest client API there could be, for tests of the server alone: a body's "prompt" is the question, events are
// the core's own.
import type { ChatRequest } from '../../src/core/chat.ts';
import { ChatError } from '../../src/core/errors.ts';
import type { Call, Dialect } from '../../src/dialects/dialect.ts';
import { writeSse } from '../../src/wire/sse.ts';

function createPlainDialect(name: Dialect['name']): Dialect {
  return {
    name,
    parse: readCall,
    async *stream(events) {
      try {
        for await (const batch of events)
          yield batch.map(event => writeSse(JSON.stringify(event), event.type)).join('');
      } catch (thrown) {
        if (!(thrown instanceof ChatError)) throw thrown;
        yield writeSse(JSON.stringify({ kind: thrown.kind, message: thrown.message }), 'error');
      }
    },
    whole: result => result,
    error: ({ kind, message, param }, requestId) => ({
      status: statuses[kind] ?? 400,
      headers: {},
      body: { form: name, kind, message, ...(param === undefined ? {} : { param }), requestId },
    }),
    heartbeat: started => (started ? ': beat\n\n' : ': wait\n\n'),
  };
}

export const plainDialects = {
  anthropic: createPlainDialect('anthropic'),
  openaiChat: createPlainDialect('openai-chat'),
  openaiCompletions: createPlainDialect('openai-completions'),
  openaiResponses: createPlainDialect('openai-responses'),
};

function readCall(body: unknown): Call {
  const { prompt, model = 'some-model', stream = false, ignored = [], names = {} } = body as Record<string, unknown>;
  if (typeof prompt !== 'string') throw new ChatError('invalid', 'prompt: must be a string', { param: 'prompt' });
  const chat: ChatRequest = {
    model: String(model),
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
    tools: [],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    stop: [],
  };
  return { chat, stream: stream === true, ignored: ignored as string[], names: names as Record<string, string> };
}

const statuses: Record<string, number> = {
  key: 401,
  forbidden: 403,
  'not-found': 404,
  'unknown-model': 404,
  method: 405,
  'too-large': 413,
  rate: 429,
  internal: 500,
  upstream: 502,
  overloaded: 503,
};
