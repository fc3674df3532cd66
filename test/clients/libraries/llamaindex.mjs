import { Anthropic } from '@llamaindex/anthropic';
import { OpenAI, OpenAIResponses } from '@llamaindex/openai';
import { main, picture, runTool, say, scene, streams, tools } from './agent.mjs';

const { api, key, model, prompt, url } = scene;
// It hands no address on to the SDK below it.
process.env.ANTHROPIC_BASE_URL = url;
const open = {
  Messages: () => new Anthropic({ model, apiKey: key, maxTokens: 4000 }),
  'Chat Completions': () => new OpenAI({ model, apiKey: key, baseURL: `${url}/v1`, supportToolCall: true }),
  Responses: () => new OpenAIResponses({ model, apiKey: key, baseURL: `${url}/v1`, supportToolCall: true }),
};

// It has no way to abort a call.
process.once('SIGINT', () => process.exit(130));

await main(async () => {
  const llm = open[api]();
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
  const content = picture === undefined ? prompt : [{ type: 'text', text: prompt }, image];
  const messages = [{ role: 'user', content }];
  const declared = tools.map(({ name, description, schema, run }) => ({
    metadata: { name, description, parameters: schema },
    call: run,
  }));
  if (!streams) {
    const { content: parts } = (await llm.chat({ messages, tools: declared })).message;
    say(
      [parts]
        .flat()
        .map(part => part.text ?? part)
        .join(''),
    );
    return;
  }
  for (let calls = 1; calls > 0; ) {
    let spoken = '';
    let asked = [];
    for await (const { delta, options } of await llm.chat({ messages, tools: declared, stream: true })) {
      say(delta);
      spoken += delta;
      if (options?.toolCall?.length > 0) asked = options.toolCall;
    }
    calls = asked.length;
    messages.push({ role: 'assistant', content: spoken, ...(calls === 0 ? {} : { options: { toolCall: asked } }) });
    for (const { id, name, input } of asked) {
      const { output, failed } = runTool(name, typeof input === 'string' ? JSON.parse(input) : input);
      messages.push({
        role: 'user',
        content: output,
        options: { toolResult: { id, result: output, isError: failed } },
      });
    }
  }
});
