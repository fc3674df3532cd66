import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import { main, picture, say, scene, signal, streams, tools } from './agent.mjs';

const { api, key, model, prompt, url } = scene;

await main(async () => {
  const modelProvider = new OpenAIProvider({ apiKey: key, baseURL: `${url}/v1`, useResponses: api === 'Responses' });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const agent = new Agent({
    name: 'Agent',
    instructions: 'Help.',
    model,
    modelSettings: { reasoning: { effort: 'low' }, store: false },
    tools: tools.map(({ name, description, schema, run }) =>
      tool({
        name,
        description,
        parameters: { ...schema, additionalProperties: true },
        strict: false,
        execute: async input => run(input),
        errorFunction: (_, error) => String(error),
      }),
    ),
  });
  const image = { type: 'input_image', image: `data:image/png;base64,${picture}` };
  const content = picture === undefined ? prompt : [{ type: 'input_text', text: prompt }, image];
  const input = [{ role: 'user', content }];
  if (!streams) {
    say((await runner.run(agent, input, { signal })).finalOutput);
    return;
  }
  const stream = await runner.run(agent, input, { stream: true, signal });
  for await (const words of stream.toTextStream()) say(words);
  await stream.completed;
  if (stream.error) throw stream.error;
});
