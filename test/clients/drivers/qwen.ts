import { join } from 'node:path';
import type { Api, Driver } from '../driver.ts';

const kinds: Readonly<Record<Api, string>> = {
  Messages: 'anthropic',
  'Chat Completions': 'openai',
  Responses: 'openai-responses',
};

export const qwen: Driver = {
  name: 'Qwen Code',
  package: '@qwen-code/qwen-code',
  version: '0.24.4',
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-5',
  picture: 'read',
  tools: () => ({
    write: (file_path, content) => ({ tool: 'write_file', input: { file_path, content } }),
    read: file_path => ({ tool: 'read_file', input: { file_path } }),
  }),
  command: ({ api, url, key, model, installed, prompt }) => ({
    program: join(installed, 'node_modules/.bin/qwen'),
    args: ['-y', '--auth-type', kinds[api], '-m', model, prompt],
    env:
      api === 'Messages'
        ? { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, ANTHROPIC_MODEL: model }
        : { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key, OPENAI_MODEL: model },
  }),
};
