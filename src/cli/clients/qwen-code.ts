import { join } from 'node:path';
import { type Client, exportKey, keyVariable } from './client.ts';

// https://qwenlm.github.io/qwen-code-docs/en/users/configuration/model-providers
export const qwenCode: Client = {
  title: 'Qwen Code',
  files: ({ address, key, withKey, models, model, home }) => [
    {
      path: join(home, '.qwen', 'settings.json'),
      form: 'json',
      isSecret: withKey,
      edits: [
        {
          path: ['modelProviders', 'openai'],
          mark: { field: 'name', ending: mark },
          entries: models.map(({ id, name, maxInputTokens, inputs }) => ({
            id,
            name: `${name}${mark}`,
            envKey: keyVariable,
            baseUrl: `${address}/v1`,
            generationConfig: {
              ...(maxInputTokens === undefined ? {} : { contextWindowSize: maxInputTokens }),
              modalities: { image: inputs.includes('image') },
            },
          })),
        },
        { path: ['security', 'auth', 'selectedType'], value: 'openai' },
        { path: ['model', 'name'], value: model },
        ...(withKey ? [{ path: ['env', keyVariable], value: key }] : []),
      ],
    },
  ],
  notes: facts => (facts.withKey ? [] : [exportKey(facts)]),
};

const mark = ' (kiro-gw)';
