import { join } from 'node:path';
import { type Client, exportKey } from './client.ts';

// https://aider.chat/docs/config/aider_conf.html and https://aider.chat/docs/config/adv-model-settings.html
export const aider: Client = {
  title: 'aider',
  files: ({ address, key, withKey, model, models, home }) => [
    {
      path: join(home, '.aider.conf.yml'),
      form: 'yaml',
      isSecret: withKey,
      edits: [
        { path: ['openai-api-base'], value: `${address}/v1` },
        { path: ['model'], value: `openai/${model}` },
        ...(withKey ? [{ path: ['openai-api-key'], value: key }] : []),
      ],
    },
    {
      path: join(home, '.aider.model.metadata.json'),
      form: 'json',
      edits: models.map(({ id, maxInputTokens, maxOutputTokens, inputs }) => ({
        path: [`openai/${id}`],
        value: {
          litellm_provider: 'openai',
          mode: 'chat',
          max_input_tokens: maxInputTokens ?? 200_000,
          max_output_tokens: maxOutputTokens ?? 32_000,
          input_cost_per_token: 0,
          output_cost_per_token: 0,
          supports_vision: inputs.includes('image'),
        },
      })),
    },
  ],
  notes: facts => (facts.withKey ? [] : [exportKey(facts, 'AIDER_OPENAI_API_KEY')]),
};
