// The least that a gateway on this runtime can do, to be measured as any other:
//   npm run bench -- --name pass-through --start "{bun} {bench}/pass-through.ts {port} {upstream}"
// It forwards bytes and translates nothing; only the end that the bench looks for is put behind them.
import { Agent, createServer, request } from 'node:http';
import { endings } from './requests.ts';

const [port = '', upstream = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 2000 });
const end = `data: ${Object.values(endings).join(' ')}\n\n`;
const headers = {
  'x-amz-target': 'AmazonCodeWhispererStreamingService.GenerateAssistantResponse',
  'content-length': '2',
};

createServer((incoming, response) => {
  incoming.resume();
  incoming.on('end', () => {
    const outgoing = request(upstream, { method: 'POST', headers, agent }, answer => {
      response.writeHead(answer.statusCode ?? 502, { 'content-type': 'text/event-stream' });
      answer.on('data', (chunk: Uint8Array) => response.write(chunk));
      answer.on('end', () => response.end(end));
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    outgoing.end('{}');
  });
}).listen(Number(port), '127.0.0.1');
