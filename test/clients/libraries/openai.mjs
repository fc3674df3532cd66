import OpenAI from 'openai';
import { main, picture, runTool, say, scene, signal, streams, tools } from './agent.mjs';

const { api, key, model, prompt, url } = scene;
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });

await main(api === 'Responses' ? runResponses : runChat);

async function runChat() {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
  const content = picture === undefined ? prompt : [{ type: 'text', text: prompt }, image];
  const messages = [{ role: 'user', content }];
  const functions = tools.map(({ name, description, schema }) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters: schema,
      parse: JSON.parse,
      function: input => runTool(name, input).output,
    },
  }));
  if (!streams) {
    const answer = await client.chat.completions.create({ model, messages, tools: functions }, { signal });
    say(answer.choices[0].message.content);
    return;
  }
  const request = { model, messages, tools: functions, stream: true, reasoning_effort: 'low' };
  const runner = client.chat.completions.runTools(request, { signal });
  runner.on('content', say);
  await runner.finalContent();
}

async function runResponses() {
  const image = { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${picture}` };
  const content = picture === undefined ? prompt : [{ type: 'input_text', text: prompt }, image];
  const input = [{ role: 'user', content }];
  const functions = tools.map(({ name, description, schema }) => ({
    type: 'function',
    name,
    description,
    parameters: schema,
    strict: false,
  }));
  if (!streams) {
    say((await client.responses.create({ model, input, tools: functions }, { signal })).output_text);
    return;
  }
  for (let calls = 1; calls > 0; ) {
    const options = { store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' } };
    const stream = client.responses.stream({ model, input, tools: functions, ...options }, { signal });
    stream.on('response.output_text.delta', ({ delta }) => say(delta));
    const { output, status, error } = await stream.finalResponse();
    if (status !== 'completed') throw new Error(error?.message ?? `error: the response is ${status}`);
    const asked = output.filter(({ type }) => type === 'function_call');
    calls = asked.length;
    input.push(...output);
    for (const { call_id, name, arguments: json } of asked) {
      input.push({ type: 'function_call_output', call_id, output: runTool(name, JSON.parse(json)).output });
    }
  }
}
