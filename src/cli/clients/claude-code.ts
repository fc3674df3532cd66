import { join } from 'node:path';
import { type Client, writeCommand } from './client.ts';

// https://code.claude.com/docs/en/settings
export const claudeCode: Client = {
  title: 'Claude Code',
  files: ({ address, keyCommand, env, home, model, isModelChosen }) => [
    {
      path: join(env['CLAUDE_CONFIG_DIR'] || join(home, '.claude'), 'settings.json'),
      form: 'json',
      edits: [
        { path: ['env', 'ANTHROPIC_BASE_URL'], value: address },
        { path: ['env', 'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY'], value: '1' },
        { path: ['apiKeyHelper'], value: writeCommand(keyCommand) },
        ...(isModelChosen ? [{ path: ['model'], value: model }] : []),
      ],
    },
  ],
  notes: ({ env }) =>
    ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN']
      .filter(name => env[name])
      .map(name => `${name} is set in this shell and counts before the settings. Unset it: unset ${name}`),
};
