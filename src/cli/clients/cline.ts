import { join } from 'node:path';
import { type Client, type SetupFacts, writeCommand } from './client.ts';

// https://docs.cline.bot: its command line reads a file; the extension of the editor keeps its own in the editor.
export const cline: Client = {
  title: 'Cline',
  files: ({ home, ...facts }) => [
    {
      path: join(home, '.cline', 'data', 'settings', 'providers.json'),
      form: 'json',
      // It reads the key from nowhere else.
      isSecret: true,
      edits: writeProviders(facts),
    },
  ],
  notes: ({ address, keyCommand, model }) => [
    'In the extension for VS Code or JetBrains choose the API provider "OpenAI Compatible" and enter:',
    `  Base URL  ${address}/v1`,
    `  API key   what this prints: ${writeCommand(keyCommand)}`,
    `  Model     ${model}`,
  ],
};

/** What its file of providers needs. */
export const writeProviders = ({ address, key, model }: Pick<SetupFacts, 'address' | 'key' | 'model'>) => [
  { path: ['version'], value: 1, unlessSet: true } as const,
  { path: ['lastUsedProvider'], value: provider },
  {
    path: ['providers', provider],
    value: {
      settings: { provider, apiKey: key, model, baseUrl: `${address}/v1` },
      updatedAt: '2026-01-01T00:00:00.000Z',
      tokenSource: 'manual',
    },
  },
];

const provider = 'openai-compatible';
