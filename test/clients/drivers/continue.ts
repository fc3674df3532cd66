import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, Driver } from '../driver.ts';

const providers: Readonly<Record<Api, string>> = {
  Messages: 'anthropic',
  'Chat Completions': 'openai',
  Responses: 'openai',
};

export const continueCli: Driver = {
  name: 'Continue CLI',
  package: '@continuedev/cli',
  version: '1.5.47',
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-5',
  tools: () => ({
    write: (filepath, content) => ({ tool: 'Write', input: { filepath, content } }),
    read: filepath => ({ tool: 'Read', input: { filepath } }),
  }),
  command({ api, url, key, model, installed, home, prompt }) {
    const file = join(home, 'config.yaml');
    writeFileSync(
      file,
      `name: kiro
version: 1.0.0
schema: v1
models:
  - name: kiro
    provider: ${providers[api]}
    model: ${model}
    apiBase: ${url}/v1
    apiKey: ${key}
    useResponsesApi: ${api === 'Responses'}
    roles: [chat]
    capabilities: [tool_use, image_input]
`,
    );
    return { program: join(installed, 'node_modules/.bin/cn'), args: ['-p', '--auto', '--config', file, prompt] };
  },
};
