import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import { main, picture, say, scene, signal, streams, tools } from './agent.mjs';

const { api, key, model, prompt, url } = scene;
const at = { baseURL: `${url}/v1`, apiKey: key };
const models = {
  Messages: () => createAnthropic(at)(model),
  'Chat Completions': () => createOpenAI(at).chat(model),
  Responses: () => createOpenAI(at).responses(model),
};

await main(async () => {
  const agent = new Agent({
    id: 'agent',
    name: 'Agent',
    instructions: 'Help.',
    model: models[api](),
    tools: Object.fromEntries(
      tools.map(({ name, description, schema, run }) => {
        const members = Object.keys(schema.properties).map(member => [member, z.string()]);
        const inputSchema = z.object(Object.fromEntries(members));
        return [name, createTool({ id: name, description, inputSchema, execute: async input => run(input) })];
      }),
    ),
  });
  const content = [{ type: 'text', text: prompt }];
  if (picture !== undefined) {
    content.push({ type: 'image', image: `data:image/png;base64,${picture}`, mimeType: 'image/png' });
  }
  const messages = [{ role: 'user', content }];
  const options = { maxSteps: 5, abortSignal: signal };
  if (!streams) {
    say((await agent.generate(messages, options)).text);
    return;
  }
  const stream = await agent.stream(messages, options);
  for await (const part of stream.fullStream) {
    if (part.type === 'text-delta') say(part.payload.text);
    if (part.type === 'error') throw part.payload.error;
  }
});
