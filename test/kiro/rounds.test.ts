import { describe, expect, it } from 'vitest';
import type { ChatRequest, Tool } from '../../src/core/chat.ts';
import { chatOf, never, type Rig, readEvents, readResult, startRig } from './support/kiro.ts';

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  ...more,
});
const searching = (more: Partial<ChatRequest> = {}): ChatRequest => chatOf('What is new?', { search: {}, ...more });
const search = (query: string) => ({ tool: 'web_search', input: { query } });
const bodies = ({ emulator }: Rig): readonly string[] =>
  emulator.requests
    .filter(({ operation }) => operation === 'GenerateAssistantResponse')
    .map(({ raw }) => Buffer.from(raw).toString());

describe('a web search', () => {
  it('is done by the gateway, and the model goes on with what was found', async () => {
    const rig = await startRig();
    rig.emulator.next(
      { steps: ['Let me look. ', search('bun news')], ending: { contextUsagePercentage: 1, usage: 0.1 } },
      { steps: ['There is news.'], ending: { contextUsagePercentage: 2, usage: 0.2 } },
    );
    const result = await readResult(await rig.kiro.ask(searching(), never));
    expect(result.content).toMatchObject([
      { type: 'text', text: 'Let me look. ' },
      { type: 'search', query: 'bun news', results: [{ url: 'https://example.com/1?q=bun%20news' }, {}, {}] },
      { type: 'text', text: 'There is news.' },
    ]);
    expect(result.stop).toBe('end');
    expect(result.usage).toMatchObject({ searches: 1, credits: expect.closeTo(0.3, 6) });
    // The input is the conversation as it was in the end, the output all that was written.
    expect(result.usage.inputTokens).toBeGreaterThan(3900);
    expect(bodies(rig)[1]).toContain('First page about bun news');
    expect(rig.emulator.violations).toEqual([]);
  });

  it('may be one of several, and is bounded', async () => {
    const rig = await startRig();
    rig.emulator.otherwise({ steps: [search('again')] });
    const result = await readResult(await rig.kiro.ask(searching({ search: { maxUses: 2 } }), never));
    const searches = result.content.filter(block => block.type === 'search');
    expect(searches.map(({ error }) => error).slice(0, 3)).toEqual([
      undefined,
      undefined,
      'No more searches are allowed for this answer.',
    ]);
    expect(rig.asked()).toBe(12);
    expect(result.stop).toBe('pause');
    expect(rig.emulator.requests.filter(({ operation }) => operation === 'InvokeMCP')).toHaveLength(2);
  });

  it('keeps to the domains that the client wants', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: [search('x')] }, ['Nothing there.']);
    const asked = searching({ search: { allowedDomains: ['elsewhere.org'] } });
    const result = await readResult(await rig.kiro.ask(asked, never));
    expect(result.content[0]).toMatchObject({ type: 'search', results: [] });
    expect(bodies(rig)[1]).toContain('Nothing was found.');
  });

  it('that the service refuses is told to the model and to the client', async () => {
    const rig = await startRig();
    rig.emulator.nextFor('InvokeMCP', { status: 403, body: { message: 'No search for you.' } });
    rig.emulator.next({ steps: [search('x')] }, ['I could not search.']);
    const result = await readResult(await rig.kiro.ask(searching(), never));
    expect(result.content).toMatchObject([
      { type: 'search', results: [], error: expect.stringContaining('No search for you.') },
      { type: 'text', text: 'I could not search.' },
    ]);
    expect(bodies(rig)[1]).toContain('The search failed');
  });

  it('beside a call of the client’s own tool leaves the next word to the client', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: [search('x'), { tool: 'own', input: { text: 'y' } }] });
    const result = await readResult(await rig.kiro.ask(searching({ tools: [tool('own')] }), never));
    expect(result.content.map(({ type }) => type).sort()).toEqual(['search', 'tool-call']);
    expect(result.stop).toBe('tool');
    expect(rig.asked()).toBe(1);
  });

  it('keeps the reasoning of its round for the next one', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: [{ reasoning: 'I should search.', signature: 'sig==' }, search('x')] }, ['Found.']);
    await readResult(await rig.kiro.ask(searching({ model: 'claude-sonnet-4.6' }), never));
    expect(bodies(rig)[1]).toContain('"reasoningText":{"text":"I should search.","signature":"sig=="}');
    expect(rig.emulator.violations).toEqual([]);
  });

  it('is one answer to the client, block by block', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: ['a', search('x')] }, { steps: ['b'] });
    const events = await readEvents(await rig.kiro.ask(searching(), never));
    const flow = events.map(event => ('index' in event ? `${event.type} ${event.index}` : event.type));
    expect(flow).toEqual([
      'start',
      'open 0',
      'delta 0',
      'close 0',
      'open 1',
      'close 1',
      'open 2',
      'delta 2',
      'close 2',
      'finish',
    ]);
  });

  it('whose next round fails is an error within the answer', async () => {
    const rig = await startRig();
    rig.emulator.next({ steps: [search('x')] }, { status: 402, body: { message: 'Used up.' } });
    await expect(readResult(await rig.kiro.ask(searching(), never))).rejects.toMatchObject({ kind: 'quota' });
  });
});

describe('a search for tools', () => {
  const many = Array.from({ length: 40 }, (_, at) => tool(`tool_${at}_of_many`, { deferred: true }));
  const weather = tool('get_weather', { description: 'Tells the weather of a city.', deferred: true });

  it('is answered by the gateway, and what was found can be called', async () => {
    const rig = await startRig();
    rig.emulator.next(
      { steps: ['One moment. ', { tool: 'tool_search', input: { query: 'weather of a city' } }] },
      { steps: [{ tool: 'get_weather', input: { text: 'Paris' } }] },
    );
    const asked = chatOf('What is the weather?', { tools: [...many, weather] });
    const result = await readResult(await rig.kiro.ask(asked, never));
    expect(result.content).toMatchObject([
      { type: 'text', text: 'One moment. ' },
      { type: 'tool-call', name: 'get_weather', input: { text: 'Paris' } },
    ]);
    expect(result.stop).toBe('tool');
    const [first, second] = bodies(rig);
    expect(first).not.toContain('"name":"get_weather"');
    expect(second).toContain('"name":"get_weather"');
    expect(rig.emulator.violations).toEqual([]);
  });
});
