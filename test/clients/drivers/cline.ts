import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Api, Driver } from '../driver.ts';

const providers: Readonly<Record<Api, string>> = {
  Messages: 'anthropic',
  'Chat Completions': 'openai-compatible',
  Responses: 'openai-native',
};

export const cline: Driver = {
  name: 'Cline CLI',
  package: 'cline',
  version: '3.0.65',
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-5',
  picture: 'read',
  tools: api => ({
    write: (path, text) => {
      const patch = `*** Begin Patch
*** Add File: ${path}
${text.replace(/^(?=.)/gm, '+')}*** End Patch`;
      return api === 'Responses'
        ? { tool: 'apply_patch', input: { input: patch } }
        : { tool: 'editor', input: { path, new_text: text } };
    },
    read: path => ({ tool: 'read_files', input: { files: [{ path }] } }),
  }),
  command({ api, url, key, model, installed, home, prompt }) {
    const provider = providers[api];
    const settings = { provider, apiKey: key, model, baseUrl: `${url}/v1` };
    const entry = { settings, updatedAt: '2026-01-01T00:00:00.000Z', tokenSource: 'manual' };
    // `cline auth` writes the same, but lets nobody say where Anthropic is.
    const file = join(home, 'cline', 'settings', 'providers.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ version: 1, lastUsedProvider: provider, modes: {}, providers: { [provider]: entry } }),
    );
    return { program: join(installed, 'node_modules/.bin/cline'), args: ['--data-dir', join(home, 'cline'), prompt] };
  },
};
