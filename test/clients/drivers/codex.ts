import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Api, ClientTools, Driver } from '../driver.ts';

interface Variant {
  readonly name: string;
  readonly version: string;
  readonly api: Api;
  readonly model: string;
  readonly program: string;
  readonly tools: ClientTools;
}

const codex = ({ name, version, api, model, program, tools }: Variant): Driver => ({
  name,
  package: '@openai/codex',
  version,
  apis: [api],
  model,
  tools: () => tools,
  picture: 'given',
  ...(api === 'Chat Completions' && {
    without: () => ({ failure: 'it takes every end of a stream for the end of the answer, errors included' }),
  }),
  command({ url, key, model, installed, home, picture, prompt }) {
    const file = join(home, '.codex', 'config.toml');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, writeConfig(api, `${url}/v1`, model));
    return {
      program: join(installed, 'node_modules/@openai', program),
      args: [
        ...['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'],
        ...(picture === undefined ? [] : ['-i', picture, '--']),
        prompt,
      ],
      env: { KIRO_GW_KEY: key },
    };
  },
});

const writeConfig = (api: Api, base: string, model: string): string => `model = "${model}"
model_provider = "kiro"
model_context_window = 200000
check_for_update_on_startup = false
[model_providers.kiro]
name = "Kiro"
base_url = "${base}"
env_key = "KIRO_GW_KEY"
wire_api = "${api === 'Responses' ? 'responses' : 'chat'}"
[analytics]
enabled = false
[feedback]
enabled = false
`;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const catFile = (path: string): string => `cat ${quote(path)}`;
const patchFile = (path: string, text: string): string =>
  `*** Begin Patch\n*** Add File: ${path}\n${text.replace(/^(?=.)/gm, '+')}*** End Patch`;

/** Tools of its own kind: functions for names it does not know. */
const functions: ClientTools = {
  write: (path, text) => ({ tool: 'exec_command', input: { cmd: `printf %s ${quote(text)} > ${quote(path)}` } }),
  read: path => ({ tool: 'exec_command', input: { cmd: catFile(path) } }),
};

/** A patch as free text. */
const patches: ClientTools = {
  write: (path, text) => ({ tool: 'apply_patch', input: { input: patchFile(path, text) } }),
  read: functions.read,
};

/** One tool that runs a program, which calls the others. */
const code: ClientTools = {
  write: (path, text) => ({
    tool: 'exec',
    input: { input: `text(await tools.apply_patch(${JSON.stringify(patchFile(path, text))}));` },
  }),
  read: path => ({
    tool: 'exec',
    input: { input: `text(await tools.exec_command({ cmd: ${JSON.stringify(catFile(path))} }));` },
  }),
};

const shell: ClientTools = {
  write: (path, text) => ({
    tool: 'shell',
    input: { command: ['sh', '-c', `printf %s ${quote(text)} > ${quote(path)}`] },
  }),
  read: path => ({ tool: 'shell', input: { command: ['cat', path] } }),
};

const now = {
  version: '0.169.0',
  api: 'Responses',
  program: 'codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
} as const;

/** Codex with each set of tools that it chooses by the model's name, and the last that spoke Chat Completions. */
export const codexes: readonly Driver[] = [
  codex({ ...now, name: 'Codex CLI', model: 'claude-sonnet-5', tools: functions }),
  {
    ...codex({ ...now, name: 'Codex CLI (free text patches)', model: 'gpt-5.5', tools: patches }),
    aliases: 'gpt-5.5=gpt-5.6-terra',
  },
  codex({ ...now, name: 'Codex CLI (code mode)', model: 'gpt-5.6-sol', tools: code }),
  codex({
    ...{ name: 'Codex CLI', version: '0.80.0', api: 'Chat Completions', model: 'claude-sonnet-5', tools: shell },
    program: 'codex/vendor/x86_64-unknown-linux-musl/codex/codex',
  }),
];
