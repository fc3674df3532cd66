import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Block, ChatRequest } from '../../src/core/chat.ts';
import { countChat, countChatGently, countTokens } from '../../src/kiro/tokens.ts';
import { costOf } from '../support/cost.ts';
import { chatOf } from './support/kiro.ts';

const root = join(import.meta.dirname, '../..');
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
const sources = readdirSync(join(root, 'src/kiro'))
  .filter(name => name.endsWith('.ts'))
  .map(name => read('src/kiro', name));

const english = `The gateway listens on a local port and waits for programs that want to talk to a model. When a request
arrives it is read carefully, because programs differ in what they send; then it is written again in the words of the
service, sent, and the answer is carried back piece by piece. Nobody should notice that anything stands in between. If
the connection breaks in the middle of a sentence, the person on the other side is told so in plain language, together
with what could be tried next. My grandmother used to say that a good waiter is the one you do not remember, and I have
always thought that the same holds for a good piece of infrastructure: it is there, it works, and it keeps its mouth
shut unless something burns. On rainy evenings we would sit in her kitchen, listening to the kettle and the old radio.`;
const chinese = `网关在本地端口上监听,等待想要与模型对话的程序。请求到达之后,它会被仔细地读取,因为不同的程序发送的内容各不相同;
然后用服务所理解的方式重新写出来并发送出去,回答则一段一段地传回来。谁也不应该察觉到中间还有别的东西。如果连接在一句话的中间断开了,
就要用简单明白的语言告诉对方,并且说明接下来可以尝试什么办法。我的外婆常说,好的服务员是你记不住的那一个;我一直觉得,好的基础设施也是这样:
它在那里,它正常工作,除非出了大事,否则它不出声。下雨的晚上,我们坐在她的厨房里,听着水壶和旧收音机的声音,一边喝茶一边聊天。`;
const json = JSON.stringify({
  model: 'claude-sonnet-4.5',
  usage: { inputTokens: 18_234, outputTokens: 512, cacheReadTokens: 16_000 },
  tools: ['read_file', 'write_file', 'list_directory'].map(name => ({
    name,
    description: `Does what the name says: ${name}. Paths are relative to the root of the workspace.`,
    inputSchema: { type: 'object', properties: { path: { type: 'string' }, recursive: { type: 'boolean' } } },
  })),
});

const rows = Array.from({ length: 400 }, (_, index) => ({ id: index, x: Math.sin(index), y: (index * 37) % 1000 }));
const numbers = JSON.stringify(rows);
const table = rows.map(({ id, x, y }) => `${id},2026-11-${10 + (id % 20)},user_${id},${x.toFixed(2)},${y}`).join('\n');
const log = rows
  .map(({ id, y }) => `2026-11-23T07:15:12.${100 + y}Z INFO [worker-${id % 8}] request ${id} took ${y} ms status=200`)
  .join('\n');
const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map(path => `/home/user/project/src/${path}`)
  .sort()
  .join('\n');
const ids = rows
  .map(({ id }) => createHash('sha256').update(String(id)).digest('hex'))
  .map(hex => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`)
  .join('\n');

describe('the estimate of tokens', () => {
  it.each([
    ['English prose', english],
    ['Chinese prose', chinese],
    ['code', sources.join('\n').slice(0, 60_000)],
    ['JSON', json],
    ['indented JSON', read('package-lock.json').slice(0, 60_000)],
    ['JSON of numbers', numbers],
    ['a table', table],
    ['lines of a log', log],
    ['paths', paths],
    ['ids', ids],
    ['an English and Chinese mix with code and JSON', [english, sources[0], chinese, json, sources[1]].join('\n\n')],
    [
      'a long text of which only samples are read',
      [...sources, read('package-lock.json')].join('\n').slice(0, 300_000),
    ],
  ])('is within 15 percent of a real count for %s', (_, text) => {
    const real = encode(text).length;
    expect(Math.abs(countTokens(text) - real) / real).toBeLessThan(0.15);
  });

  it('is nothing for nothing and something for anything', () => {
    expect(countTokens('')).toBe(0);
    expect(countTokens('a')).toBeGreaterThan(0);
    expect(countTokens('\u{1f600}')).toBeGreaterThan(0);
  });

  it('takes a megabyte in a few milliseconds', () => {
    const text = read('package-lock.json').repeat(20).slice(0, 1_000_000);
    expect(costOf(() => countTokens(text), 30)).toBeLessThan(30);
  });
});

const withBlocks = (...content: readonly Block[]): ChatRequest => chatOf('', { messages: [{ role: 'user', content }] });
const image = (data: Buffer): Block => ({
  type: 'image',
  source: { kind: 'base64', data: data.toString('base64') },
});

function png(width: number, height: number, padding = 0): Buffer {
  const bytes = Buffer.alloc(24 + padding);
  bytes.writeUInt32BE(0x89504e47, 0);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('the estimate of a request', () => {
  it('counts messages, tools, calls and results', () => {
    const plain = countChat(chatOf('Hello'));
    const tool = { name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object' } };
    expect(countChat(chatOf('Hello', { tools: [tool] }))).toBeGreaterThan(plain + 10);
    expect(countChat(chatOf('Hello', { tools: [{ ...tool, deferred: true }] }))).toBeLessThan(plain + 10);
    const call: Block = { type: 'tool-call', id: 'a', name: 'read_file', input: { path: english } };
    const result: Block = {
      type: 'tool-result',
      id: 'a',
      content: [{ type: 'text', text: english }],
      isError: false,
    };
    expect(countChat(withBlocks(call, result))).toBeGreaterThan(2 * countTokens(english));
  });

  it('takes images by their size and not by their length', () => {
    const small = countChat(withBlocks(image(png(200, 150))));
    expect(small).toBe(4 + 40);
    expect(countChat(withBlocks(image(png(200, 150, 1_000_000))))).toBe(small);
    expect(countChat(withBlocks(image(png(6000, 6000))))).toBe(4 + 1600);
  });

  it('reads the size out of every format', () => {
    const gif = Buffer.from('GIF89a\u00c8\u0000\u0096\u0000', 'latin1');
    const jpeg = Buffer.from('ffd8ffe000040000ffc4000300ffc0001108009600c803', 'hex');
    const webp = Buffer.alloc(30);
    webp.write('RIFF', 0);
    webp.write('WEBPVP8X', 8);
    webp.writeUIntLE(199, 24, 3);
    webp.writeUIntLE(149, 27, 3);
    for (const bytes of [gif, jpeg, webp]) expect(countChat(withBlocks(image(bytes)))).toBe(44);
    expect(countChat(withBlocks(image(Buffer.from('no image'))))).toBe(1004);
  });

  it('lets other work go on while it counts a large one', async () => {
    const text = read('package-lock.json').slice(0, 50_000);
    const texts = Array.from({ length: 30 }, (): Block => ({ type: 'text', text }));
    const schema = { type: 'object', properties: { kind: { enum: Array.from({ length: 30 }, () => text) } } };
    const call: Block = {
      type: 'tool-call',
      id: 'a',
      name: 'write',
      input: { content: text.repeat(60), more: [text] },
    };
    const large: ChatRequest = {
      ...withBlocks(...texts, call),
      tools: [{ name: 'write', description: text.repeat(60), inputSchema: schema }],
      format: { type: 'json-schema', name: 'answer', schema },
    };
    // On this clock, every piece takes longer than anybody should wait.
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 10;
      return now;
    });
    onTestFinished(() => clock.mockRestore());
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await countChatGently(large)).toBe(countChat(large));
    isOver = true;
    // Thirty texts, as many values in each of two schemas, and what is around them; no piece has over 64 KiB.
    expect(turns).toBeGreaterThan(90);
  });

  it('takes megabytes in a call by their samples', () => {
    const text = read('package-lock.json');
    const input = { path: 'a', content: text.repeat(30), list: [text] };
    const chat = withBlocks({ type: 'tool-call', id: 'a', name: 'write', input });
    const tokens = countChat(chat);
    expect(costOf(() => countChat(chat), 30)).toBeLessThan(30);
    expect(Math.abs(tokens / (31 * countTokens(text)) - 1)).toBeLessThan(0.1);
  });
});
