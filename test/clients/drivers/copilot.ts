import { join } from 'node:path';
import type { Driver } from '../driver.ts';

export const copilot: Driver = {
  name: 'Copilot CLI',
  package: '@github/copilot',
  version: '1.0.102',
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-4.5',
  picture: 'given',
  tools: () => ({
    write: (path, file_text) => ({ tool: 'create', input: { path, file_text } }),
    read: path => ({ tool: 'view', input: { path } }),
  }),
  command: ({ api, url, key, model, installed, prompt, picture }) => ({
    program: join(installed, 'node_modules/.bin/copilot'),
    args: [
      '-p',
      prompt,
      '--allow-all-tools',
      '--allow-all-paths',
      '-s',
      '--output-format',
      'json',
      ...(picture === undefined ? [] : ['--attachment', picture]),
    ],
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: api === 'Messages' ? url : `${url}/v1`,
      COPILOT_PROVIDER_TYPE: api === 'Messages' ? 'anthropic' : 'openai',
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_PROVIDER_WIRE_API: api === 'Responses' ? 'responses' : 'completions',
      COPILOT_MODEL: model,
    },
  }),
};
