// What every library's little agent shares: where the gateway is, what is asked, two tools, and how it ends.
import { readFileSync, writeFileSync } from 'node:fs';

const { API: api, URL: url, KEY: key, MODEL: model, PROMPT: prompt, PICTURE: file, PROVIDER: provider } = process.env;
export const scene = { api, url, key, model, prompt, provider };

/** A picture to ask about, as base64. */
export const picture = file === undefined ? undefined : readFileSync(file).toString('base64');

/** Whole answers for the shortest question, streams for all others. */
export const streams = process.env.TURN !== 'answer';

const text = { type: 'string' };

export const tools = [
  {
    name: 'write_file',
    description: 'Writes a file.',
    schema: { type: 'object', properties: { path: text, content: text }, required: ['path', 'content'] },
    run: ({ path, content }) => {
      writeFileSync(path, content);
      return 'written';
    },
  },
  {
    name: 'read_file',
    description: 'Reads a file.',
    schema: { type: 'object', properties: { path: text }, required: ['path'] },
    run: ({ path }) => readFileSync(path, 'utf8'),
  },
];

/** Runs a tool as agents do that tell the model what went wrong. */
export function runTool(name, input) {
  try {
    return { output: tools.find(tool => tool.name === name).run(input), failed: false };
  } catch (error) {
    return { output: String(error), failed: true };
  }
}

const controller = new AbortController();
export const signal = controller.signal;

export const say = words => process.stdout.write(words);

/** Runs the agent. An interruption aborts it through the library. */
export async function main(run) {
  process.once('SIGINT', () => controller.abort());
  try {
    await run();
    say('\n');
    process.exitCode = 0;
  } catch (error) {
    console.error(`error: ${error?.message ?? error}`, error?.responseBody ?? error?.cause?.message ?? '');
    process.exitCode = 1;
  }
}
