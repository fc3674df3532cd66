import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, Driver } from '../driver.ts';

const apis: Readonly<Record<Api, string>> = {
  Messages: 'anthropic-messages',
  'Chat Completions': 'openai-completions',
  Responses: 'openai-responses',
};

export const pi: Driver = {
  name: 'pi',
  package: '@mariozechner/pi-coding-agent',
  version: '0.73.1',
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-5',
  picture: 'read',
  tools: () => ({
    write: (path, content) => ({ tool: 'write', input: { path, content } }),
    read: path => ({ tool: 'read', input: { path } }),
  }),
  command({ api, url, key, model, installed, home, prompt }) {
    const folder = join(home, '.pi', 'agent');
    mkdirSync(folder, { recursive: true });
    const baseUrl = api === 'Messages' ? url : `${url}/v1`;
    const models = [{ id: model, reasoning: true, input: ['text', 'image'] }];
    const provider = { baseUrl, apiKey: key, api: apis[api], models };
    writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: { kiro: provider } }));
    return {
      program: join(installed, 'node_modules/.bin/pi'),
      args: ['-p', '--model', `kiro/${model}`, prompt],
      env: { PI_OFFLINE: '1' },
    };
  },
};
