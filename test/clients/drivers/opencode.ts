import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, Driver } from '../driver.ts';

const packages: Readonly<Record<Api, string>> = {
  Messages: '@ai-sdk/anthropic',
  'Chat Completions': '@ai-sdk/openai-compatible',
  Responses: '@ai-sdk/openai',
};

/** Whatever takes time and has nothing to do with answers. */
const quiet = [
  ['DISABLE_AUTOUPDATE', '1'],
  ['DISABLE_MODELS_FETCH', '1'],
  ['DISABLE_DEFAULT_PLUGINS', '1'],
  ['DISABLE_LSP_DOWNLOAD', '1'],
  ['EXPERIMENTAL_DISABLE_FILEWATCHER', '1'],
  ['DISABLE_CODEBASE_INDEXING', '1'],
  ['DISABLE_SESSION_INGEST', '1'],
  ['DISABLE_PRESENCE', '1'],
  ['TELEMETRY_LEVEL', 'off'],
] as const;

interface Product {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly program: string;
  /** The word its folders, files and variables begin with. */
  readonly word: string;
  readonly slow?: string;
}

const likeOpencode = ({ name, package: npm, version, program, word, slow }: Product): Driver => ({
  name,
  package: npm,
  version,
  apis: ['Messages', 'Chat Completions', 'Responses'],
  model: 'claude-sonnet-5',
  picture: 'given',
  ...(slow === undefined ? {} : { slow }),
  tools: () => ({
    write: (filePath, content) => ({ tool: 'write', input: { filePath, content } }),
    read: filePath => ({ tool: 'read', input: { filePath } }),
  }),
  command({ api, url, key, model, installed, home, prompt, picture }) {
    const folder = join(home, '.config', word);
    mkdirSync(folder, { recursive: true });
    const modalities = { input: ['text', 'image'], output: ['text'] };
    const limit = { context: 200_000, output: 32_000 };
    const models = { [model]: { name: model, tool_call: true, attachment: true, modalities, limit } };
    const provider = { npm: packages[api], options: { baseURL: `${url}/v1`, apiKey: key }, models };
    const settings = {
      provider: { kiro: provider },
      permission: { '*': 'allow' },
      autoupdate: false,
      share: 'disabled',
    };
    writeFileSync(join(folder, `${word}.json`), JSON.stringify(settings));
    const variables = quiet.map(([name, value]) => [`${word.toUpperCase()}_${name}`, value]);
    return {
      program: join(installed, 'node_modules', program),
      args: ['run', '--pure', '-m', `kiro/${model}`, prompt, ...(picture === undefined ? [] : ['-f', picture])],
      env: Object.fromEntries(variables),
    };
  },
});

export const opencode = likeOpencode({
  name: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  program: 'opencode-linux-x64/bin/opencode',
  word: 'opencode',
});

export const kilo = likeOpencode({
  name: 'Kilo CLI',
  // The package around it has other versions than its executables.
  package: '@kilocode/cli-linux-x64',
  version: '7.7.9',
  program: '@kilocode/cli-linux-x64/bin/kilo',
  word: 'kilo',
  slow: 'it computes for 15 s before its first question; `npm run test:clients kilo` plays all turns',
});
