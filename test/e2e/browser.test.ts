import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { findBrowser, openPage, type Page } from '../support/browser.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const browser = findBrowser();
const path = 'path' in browser ? browser.path : '';
const why = 'missing' in browser ? ` (skipped: ${browser.missing})` : '';
const patience = { timeout: 300_000 };

let emulator: Emulator;
let gateway: RunningGateway;
let page: Page;

beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  await page?.close();
  await gateway?.stop();
  await emulator.close();
});

async function start(env: Record<string, string> = {}): Promise<string> {
  const apiKey = emulator.credentials.apiKey().accessToken;
  gateway = await startGateway({ emulator, env: { KIRO_API_KEY: apiKey, ...env } });
  return new URL(gateway.url).port;
}

const questions = (): number =>
  emulator.requests.filter(({ operation }) => operation === 'GenerateAssistantResponse').length;

/** Tries everything that a page can, by every name of the gateway, even with the right key. */
const attack = (gatewayPort: string, key: string, host: string): string => `
  const body = JSON.stringify({ model: 'auto', max_tokens: 9, stream: false, messages: [{ role: 'user', content: 'Hi' }] });
  const found = {};
  const limited = () => AbortSignal.timeout(20_000);
  const attempt = async (name, run) => {
    try { found[name] = await run(); } catch (error) { found[name] = 'blocked'; }
  };
  const read = async response => response.type === 'opaque' ? 'blocked' : response.status + ' ' + (await response.text()).slice(0, 60);
  for (const name of ['127.0.0.1', 'localhost', '[::1]', ${JSON.stringify(host)}]) {
    const base = 'http://' + name + ':${gatewayPort}';
    const post = (path, options) => fetch(base + path, { method: 'POST', body, signal: limited(), ...options }).then(read);
    const get = (path, options) => fetch(base + path, { signal: limited(), ...options }).then(read);
    const auth = { authorization: 'Bearer ${key}' };
    await attempt(name + ' read health', () => get('/health'));
    await attempt(name + ' read models', () => get('/v1/models', { headers: auth }));
    await attempt(name + ' read metrics', () => get('/metrics', { headers: { 'x-api-key': '${key}' } }));
    await attempt(name + ' read error', () => get('/v1/models'));
    await attempt(name + ' with cookies', () => get('/health', { credentials: 'include' }));
    await attempt(name + ' spend', () => post('/v1/messages', { headers: { ...auth, 'content-type': 'application/json' } }));
    await attempt(name + ' spend as text', () => post('/v1/messages', { headers: { ...auth, 'content-type': 'text/plain' } }));
    await attempt(name + ' spend blindly', () => post('/v1/messages', { mode: 'no-cors', headers: { 'content-type': 'text/plain' } }));
    await attempt(name + ' spend in parting', async () => { navigator.sendBeacon(base + '/v1/messages', body); return 'blocked'; });
    await attempt(name + ' include', () => new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = base + '/health';
      script.onload = () => resolve('loaded');
      script.onerror = reject;
      document.body.append(script);
    }));
    await attempt(name + ' socket', () => new Promise((resolve, reject) => {
      const socket = new WebSocket(base.replace('http', 'ws') + '/v1/responses');
      socket.onopen = () => resolve('open');
      socket.onerror = reject;
    }));
    await attempt(name + ' events', () => new Promise((resolve, reject) => {
      const source = new EventSource(base + '/v1/models');
      source.onmessage = () => resolve('open');
      source.onerror = () => { source.close(); reject(); };
    }));
  }
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', enctype: 'text/plain', action: 'http://127.0.0.1:${gatewayPort}/v1/messages', target: 'frame' });
  const frame = Object.assign(document.createElement('iframe'), { name: 'frame' });
  form.append(Object.assign(document.createElement('input'), { name: body.slice(0, -1) + ',"x":"', value: '"}' }));
  document.body.append(frame, form);
  await new Promise(resolve => { frame.onload = resolve; form.submit(); setTimeout(resolve, 3000); });
  await attempt('form', () => frame.contentDocument.body.textContent ? 'read' : 'blocked');
  await fetch('/result', { method: 'POST', body: JSON.stringify(found) });
`;

describe.skipIf('missing' in browser)(`a page in a real browser${why}`, () => {
  it('on another origin can neither read nor spend anything, even with the key', patience, async () => {
    const port = await start();
    page = await openPage(path, 'evil.example', () => attack(port, gateway.key, 'evil.example'));
    const found = (await page.result()) as Record<string, string>;
    const got = Object.entries(found).filter(([, value]) => value !== 'blocked');
    expect(got).toEqual([]);
    expect(Object.keys(found).length).toBe(4 * 12 + 1);
    expect(questions()).toBe(0);
  });

  it('that the settings allow can, with the key', patience, async () => {
    // The page's port is not known before; a wildcard allows any, but never with cookies.
    const port = await start({ CORS_ORIGINS: '*' });
    page = await openPage(path, 'friend.example', () => attack(port, gateway.key, 'friend.example'));
    const found = (await page.result()) as Record<string, string>;
    expect(found['127.0.0.1 read models']).toMatch(/^200 /);
    expect(found['127.0.0.1 spend']).toMatch(/^200 /);
    expect(found['127.0.0.1 with cookies']).toBe('blocked');
    expect(found['friend.example read models']).toMatch(/^(403|blocked)/);
    expect(questions()).toBeGreaterThan(0);
  });
});
