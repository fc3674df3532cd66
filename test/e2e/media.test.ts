import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { pdfOf } from '../kiro/media/pdf-of.ts';
import { listen, startHttpProxy } from '../kiro/support/proxies.ts';
import { certificate } from '../support/certificate.ts';
import { emptyFolder, type RunningGateway, startGateway } from '../support/gateway.ts';
import { onePixel } from '../support/pictures.ts';
import { post } from './apis.ts';

let emulator: Emulator;
let open: RunningGateway;
let strict: RunningGateway;

beforeAll(async () => {
  emulator = await startEmulator();
  const env = { KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
  open = await startGateway({ emulator, env: { ...env, MEDIA_ALLOW_PRIVATE: 'true' } });
  strict = await startGateway({ emulator, env });
});
afterAll(async () => {
  for (const gateway of [open, strict]) expect(await gateway.stop()).toBe(0);
  expect(emulator.violations).toEqual([]);
  await emulator.close();
});

const serve = async (asked: string[]): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(files(asked)))}`;
const files =
  (asked: string[]): RequestListener =>
  ({ url = '', headers }, response) => {
    asked.push(`${headers.host?.replace(/:\d+$/, '')}${url}`);
    if (url.endsWith('.pdf')) response.end(pdfOf(['Words on paper']));
    else response.setHeader('content-type', 'image/gif').end(Buffer.from(onePixel, 'base64'));
  };

interface Seen {
  readonly text: string;
  readonly images: readonly { readonly format: string; readonly source: { readonly bytes: string } }[];
}

async function show(gateway: RunningGateway, ...content: readonly object[]): Promise<Seen> {
  emulator.next(['Seen.']);
  const body = { model: 'claude-sonnet-4.5', max_tokens: 9, messages: [{ role: 'user', content }] };
  const response = await post(gateway, '/v1/messages', body);
  expect(response.status, await response.text()).toBe(200);
  const { body: sent } = emulator.requests.at(-1) ?? {};
  const { conversationState } = sent as unknown as {
    conversationState: { currentMessage: { userInputMessage: { content: string; images?: Seen['images'] } } };
  };
  const { content: text, images = [] } = conversationState.currentMessage.userInputMessage;
  return { text, images };
}

const picture = (url: string): object => ({ type: 'image', source: { type: 'url', url } });
const inline = (bytes: Uint8Array | string, media_type = 'image/png'): object => ({
  type: 'image',
  source: { type: 'base64', media_type, data: Buffer.from(bytes as string, 'latin1').toString('base64') },
});

describe('pictures and documents, through the executable', () => {
  it('are fetched where it is allowed, and taken for what they are', async () => {
    const url = await serve([]);
    const { text, images } = await show(open, picture(`${url}/a.gif`), {
      type: 'document',
      source: { type: 'url', url: `${url}/b.pdf` },
    });
    expect(images).toEqual([{ format: 'png', source: { bytes: onePixel } }]);
    expect(text).toContain('Words on paper');
  });

  it('are not fetched from inside the network', async () => {
    const asked: string[] = [];
    const { port } = new URL(await serve(asked));
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '169.254.169.254']) {
      const { text, images } = await show(strict, picture(`http://${host}:${port}/a.gif`));
      expect(images).toEqual([]);
      expect(text).toContain('is not on the public internet');
    }
    expect(asked).toEqual([]);
  });

  it('are made smaller when they are too large, and converted when the service does not know them', async () => {
    const side = 1200;
    const bitmap = Buffer.alloc(54 + 3 * side * side, 128);
    bitmap.write('BM', 0);
    bitmap.writeUInt32LE(bitmap.length, 2);
    bitmap.writeUInt32LE(54, 10);
    bitmap.writeUInt32LE(40, 14);
    bitmap.writeInt32LE(side, 18);
    bitmap.writeInt32LE(side, 22);
    bitmap.writeUInt16LE(1, 26);
    bitmap.writeUInt16LE(24, 28);
    bitmap.fill(0, 30, 54);
    const { images } = await show(strict, {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: bitmap.toString('base64') },
    });
    expect(images).toHaveLength(1);
    expect(images[0]?.format).toBe('webp');
    expect(images[0]?.source.bytes.length).toBeLessThan(5_000_000);
  });

  it('are the newest ten, and what cannot be sent is told', async () => {
    const many = Array.from({ length: 12 }, () => ({
      type: 'image',
      source: { type: 'base64', media_type: 'image/jpeg', data: onePixel },
    }));
    const { text, images } = await show(strict, ...many, inline('no picture'));
    expect(images).toHaveLength(10);
    expect(text.split('only the newest 10')).toHaveLength(3);
    expect(text).toContain('no known format');
  });

  it('come through the proxy that is set, by TLS with the name of their host', async () => {
    const asked: string[] = [];
    const port = await listen(createSecureServer(certificate, files(asked)));
    const proxy = await startHttpProxy();
    const folder = emptyFolder();
    onTestFinished(folder.remove);
    const trusted = join(folder.path, 'trusted.pem');
    writeFileSync(trusted, certificate.cert);
    const gateway = await startGateway({
      emulator,
      env: {
        KIRO_API_KEY: emulator.credentials.apiKey().accessToken,
        MEDIA_ALLOW_PRIVATE: 'true',
        NODE_EXTRA_CA_CERTS: trusted,
        VPN_PROXY_URL: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: new URL(emulator.url).host,
      },
    });
    try {
      const { images, text } = await show(gateway, picture(`https://localhost:${port}/a.gif`));
      expect(images, text).toHaveLength(1);
    } finally {
      expect(await gateway.stop()).toBe(0);
    }
    expect(asked).toEqual(['localhost/a.gif']);
    expect(proxy.asked.map(({ host }) => host)).toContain(`127.0.0.1:${port}`);
  });
});
