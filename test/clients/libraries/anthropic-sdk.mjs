import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { main, picture, say, scene, signal, streams, tools } from './agent.mjs';

const { key, model, prompt, url } = scene;
const client = new Anthropic({ baseURL: url, apiKey: key });

await main(async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } };
  const content = picture === undefined ? prompt : [{ type: 'text', text: prompt }, image];
  const request = { model, max_tokens: 32_000, messages: [{ role: 'user', content }] };
  if (!streams) {
    const declared = tools.map(({ name, description, schema }) => ({ name, description, input_schema: schema }));
    const answer = await client.messages.create({ ...request, max_tokens: 1000, tools: declared }, { signal });
    say(answer.content.map(block => block.text ?? '').join(''));
    return;
  }
  const runner = client.beta.messages.toolRunner(
    {
      ...request,
      thinking: { type: 'adaptive' },
      stream: true,
      tools: tools.map(({ name, description, schema, run }) =>
        betaTool({ name, description, inputSchema: schema, run }),
      ),
    },
    { signal },
  );
  for await (const stream of runner) {
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') say(event.delta.text);
    }
  }
});
