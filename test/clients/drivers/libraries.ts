import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, ClientTools, Driver } from '../driver.ts';

const everyApi: readonly Api[] = ['Messages', 'Chat Completions', 'Responses'];
const scripts = join(import.meta.dirname, '../libraries');

const ownTools: ClientTools = {
  write: (path, content) => ({ tool: 'write_file', input: { path, content } }),
  read: path => ({ tool: 'read_file', input: { path } }),
};

/** A library, driven by a little agent that is written with it. */
function library(
  script: string,
  more: Pick<Driver, 'name' | 'package' | 'version'> & Partial<Driver> & { readonly provider?: string },
): Driver {
  const { provider, ...driver } = more;
  return {
    apis: everyApi,
    model: 'claude-sonnet-5',
    picture: 'given',
    tools: () => ownTools,
    command({ api, turn, url, key, model, installed, home, prompt, picture }) {
      // A module finds its packages from where it lies.
      symlinkSync(join(installed, 'node_modules'), join(home, 'node_modules'), 'junction');
      for (const file of ['agent.mjs', script]) copyFileSync(join(scripts, file), join(home, file));
      return {
        program: 'node',
        args: [join(home, script)],
        env: {
          API: api,
          TURN: turn,
          URL: url,
          KEY: key,
          MODEL: model,
          PROMPT: prompt,
          AI_SDK_LOG_WARNINGS: 'false',
          MASTRA_TELEMETRY_DISABLED: '1',
          LANGCHAIN_TRACING_V2: 'false',
          ...(picture === undefined ? {} : { PICTURE: picture }),
          ...(provider === undefined ? {} : { PROVIDER: provider }),
        },
      };
    },
    ...driver,
  };
}

// They read the event that a Responses stream fails with, and do nothing about it.
const withoutFailures: Driver['without'] = api =>
  api === 'Responses' ? { failure: 'the library passes over response.failed' } : {};

const zod = 'zod@4.6.7';
const providers = (openai: string, anthropic: string, compatible: string): readonly string[] => [
  `@ai-sdk/openai@${openai}`,
  `@ai-sdk/anthropic@${anthropic}`,
  `@ai-sdk/openai-compatible@${compatible}`,
];
const ai7 = { package: 'ai', version: '7.0.173', others: [...providers('4.0.118', '4.0.105', '3.0.92'), zod] };
const ai6 = { package: 'ai', version: '6.0.324', others: [...providers('3.0.141', '3.0.139', '2.0.91'), zod] };

/** The libraries that programs are written with. */
export const libraries: readonly Driver[] = [
  ...['7.57.0', '6.30.1'].map(version =>
    library('openai.mjs', { name: 'openai', package: 'openai', version, others: [zod], apis: everyApi.slice(1) }),
  ),
  library('anthropic-sdk.mjs', {
    name: 'Anthropic SDK',
    package: '@anthropic-ai/sdk',
    version: '1.12.0',
    others: [zod],
    apis: ['Messages'],
  }),
  ...[ai7, ai6].flatMap(ai => [
    library('ai.mjs', { name: 'AI SDK', ...ai }),
    library('ai.mjs', { name: 'AI SDK, openai-compatible', ...ai, apis: ['Chat Completions'], provider: 'compatible' }),
  ]),
  library('langchain.mjs', {
    name: 'LangChain',
    package: '@langchain/openai',
    version: '1.6.0',
    others: ['@langchain/anthropic@1.5.11', '@langchain/core@1.4.0'],
    without: withoutFailures,
  }),
  library('openai-agents.mjs', {
    name: 'OpenAI Agents',
    package: '@openai/agents',
    version: '0.20.0',
    others: [zod],
    apis: everyApi.slice(1),
  }),
  library('llamaindex.mjs', {
    name: 'LlamaIndex',
    package: 'llamaindex',
    version: '0.12.1',
    others: ['@llamaindex/openai@0.4.23', '@llamaindex/anthropic@0.3.27'],
    without: withoutFailures,
  }),
  library('mastra.mjs', {
    name: 'Mastra',
    package: '@mastra/core',
    version: '1.71.0',
    others: ['@ai-sdk/openai@3.0.141', '@ai-sdk/anthropic@3.0.139', zod],
  }),
  library('claude-agent-sdk.mjs', {
    name: 'Claude Agent SDK',
    package: '@anthropic-ai/claude-agent-sdk',
    version: '0.3.330',
    others: [zod],
    apis: ['Messages'],
    picture: 'read',
    tools: () => ({
      write: (path, content) => ({ tool: 'Write', input: { file_path: path, content } }),
      read: path => ({ tool: 'Read', input: { file_path: path } }),
    }),
  }),
];
