// A tool server with a hundred tools, one of which writes a file. https://modelcontextprotocol.io
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const text = { type: 'string', description: 'What it is given.' };
const tools = [
  {
    name: 'write_note',
    description: 'Writes a note into a file.',
    inputSchema: { type: 'object', properties: { path: text, text }, required: ['path', 'text'] },
  },
  ...Array.from({ length: 99 }, (_, at) => ({
    name: `gadget_${at}`,
    description: `Turns gadget number ${at} on and tells how warm it is.`,
    inputSchema: { type: 'object', properties: { text }, required: ['text'] },
  })),
];

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'hundred', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name, arguments: input }) => {
    if (name === 'write_note') writeFileSync(input.path, input.text);
    return { content: [{ type: 'text', text: `${name} is done.` }] };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const answer = answers[method];
  const outcome = answer
    ? { result: answer(params) }
    : { error: { code: -32601, message: 'There is no such method.' } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
}
