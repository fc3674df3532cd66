import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { main, picture, say, scene, signal, streams, tools } from './agent.mjs';

const { api, key, model, prompt, provider, url } = scene;
const at = { baseURL: `${url}/v1`, apiKey: key };
const models = {
  Messages: () => createAnthropic(at)(model),
  'Chat Completions': () =>
    provider === 'compatible' ? createOpenAICompatible({ ...at, name: 'kiro' })(model) : createOpenAI(at).chat(model),
  Responses: () => createOpenAI(at).responses(model),
};

await main(async () => {
  const content = [{ type: 'text', text: prompt }];
  if (picture !== undefined) content.push({ type: 'image', image: picture, mediaType: 'image/png' });
  const request = {
    model: models[api](),
    messages: [{ role: 'user', content }],
    abortSignal: signal,
    stopWhen: stepCountIs(5),
    providerOptions: {
      anthropic: { thinking: { type: 'adaptive' } },
      openai: { reasoningEffort: 'low', store: false, forceReasoning: true },
      kiro: { reasoningEffort: 'low' },
    },
    tools: Object.fromEntries(
      tools.map(({ name, description, schema, run }) => [
        name,
        tool({ description, inputSchema: jsonSchema(schema), execute: run }),
      ]),
    ),
  };
  if (!streams) {
    say((await generateText(request)).text);
    return;
  }
  let failure;
  const { fullStream } = streamText({ ...request, onError: () => {} });
  for await (const part of fullStream) {
    if (part.type === 'text-delta') say(part.text);
    if (part.type === 'error') failure = part.error;
  }
  if (failure !== undefined) throw failure;
});
