import { join } from 'node:path';
import type { Client } from './client.ts';

// https://developers.openai.com/codex/config-reference
export const codex: Client = {
  title: 'Codex CLI',
  files: ({ address, keyCommand: [command, ...args], env, home, model }) => [
    {
      path: join(env['CODEX_HOME'] || join(home, '.codex'), 'config.toml'),
      form: 'toml',
      edits: [
        { path: ['model'], value: model },
        { path: ['model_provider'], value: 'kiro-gw' },
        {
          path: ['model_providers', 'kiro-gw'],
          value: {
            name: 'Kiro by kiro-gw',
            base_url: `${address}/v1`,
            wire_api: 'responses',
            auth: { command, args },
          },
        },
      ],
    },
  ],
};
