import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { main, picture, runTool, say, scene, signal, streams, tools } from './agent.mjs';

const { api, key, model, prompt, url } = scene;
const open = {
  Messages: () => new ChatAnthropic({ model, apiKey: key, anthropicApiUrl: url, maxTokens: 4000, maxRetries: 2 }),
  'Chat Completions': () =>
    new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${url}/v1` }, maxRetries: 2 }),
  Responses: () =>
    new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${url}/v1` }, useResponsesApi: true }),
};

await main(async () => {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
  const content = picture === undefined ? prompt : [{ type: 'text', text: prompt }, image];
  const messages = [new HumanMessage({ content })];
  const declared = tools.map(({ name, description, schema }) => ({ name, description, schema }));
  const llm = open[api]().bindTools(declared);
  if (!streams) {
    say((await llm.invoke(messages, { signal })).text);
    return;
  }
  for (let calls = 1; calls > 0; ) {
    let whole;
    for await (const chunk of await llm.stream(messages, { signal })) {
      say(chunk.text);
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    messages.push(whole);
    calls = whole.tool_calls.length;
    for (const { id, name, args } of whole.tool_calls) {
      const { output, failed } = runTool(name, args);
      messages.push(new ToolMessage({ content: output, tool_call_id: id, status: failed ? 'error' : 'success' }));
    }
  }
});
