import { expect, it } from 'vitest';
import type { Backend } from '../src/core/backend.ts';
import { dialects } from '../src/dialects/index.ts';
import { startRig } from './kiro/support/kiro.ts';
import { key, noTimers, startServer } from './server/start.ts';

const requests = {
  '/v1/messages': { max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/responses': { input: [{ role: 'user', content: 'Hi' }], store: false },
};

it.each(Object.entries(requests))(
  'an answer that is on its way holds nothing of its request (%s)',
  async (path, body) => {
    const rig = await startRig();
    const asked: WeakRef<object>[] = [];
    const backend: Backend = {
      ...rig.kiro,
      ask(chat, signal) {
        for (const message of chat.messages) asked.push(new WeakRef(message));
        return rig.kiro.ask(chat, signal);
      },
    };
    const { url } = await startServer({ backend, dialects, limits: noTimers });
    const leaving = new AbortController();
    for (let times = 0; times < 8; times += 1) {
      rig.emulator.next(['Well', { hang: true }]);
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'claude-sonnet-4.5', stream: true, ...body }),
        signal: leaving.signal,
      });
      const { value } = (await response.body?.getReader().read()) ?? {};
      expect(Buffer.from(value ?? []).toString()).toContain('data: ');
    }
    expect(asked).toHaveLength(8);
    // What the stack of the moment still names may stay.
    await expect
      .poll(() => {
        Bun.gc(true);
        return asked.filter(message => message.deref() !== undefined).length;
      })
      .toBeLessThanOrEqual(2);
    leaving.abort();
  },
);
