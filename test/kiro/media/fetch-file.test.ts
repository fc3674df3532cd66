import { describe, expect, it, onTestFinished } from 'vitest';
import { type FetchOptions, fetchFile } from '../../../src/kiro/media/fetch-file.ts';
import { createTransport } from '../../../src/kiro/transport.ts';
import { startSocksProxy } from '../support/proxies.ts';
import { serve } from '../support/web-server.ts';

const options = (more: Partial<FetchOptions> = {}): FetchOptions => ({
  maxBytes: 1000,
  timeout: 5000,
  allowPrivate: true,
  signal: new AbortController().signal,
  ...more,
});

describe('fetching a file', () => {
  it('gives its bytes and its type', async () => {
    const url = await serve((request, response) => {
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(`path ${request.url}, agent ${request.headers['user-agent']}`);
    });
    const file = await fetchFile(`${url}/a/b?c=d`, options());
    expect(Buffer.from(file.bytes).toString()).toBe('path /a/b?c=d, agent kiro-gw');
    expect(file.mediaType).toBe('text/plain; charset=utf-8');
  });

  it('refuses loopback addresses unless they are allowed', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end('secret');
    });
    const { port } = new URL(url);
    const strict = options({ allowPrivate: false, lookup: async () => ['127.0.0.1'] });
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'pictures.example',
    ]) {
      await expect(fetchFile(`http://${host}:${port}/`, strict)).rejects.toThrow(/not on the public internet/);
    }
    expect(asked).toBe(0);
  });

  it('refuses a name when only one of its addresses is private', async () => {
    const mixed = options({ allowPrivate: false, lookup: async () => ['8.8.8.8', '10.0.0.1'] });
    await expect(fetchFile('http://pictures.example/', mixed)).rejects.toThrow(/not on the public internet/);
  });

  it('connects to the address that was checked, whatever the name says later', async () => {
    let asked = 0;
    const url = await serve((_, response) => response.end('found'));
    const lookup = async (host: string): Promise<readonly string[]> => {
      asked += 1;
      expect(host).toBe('pictures.example');
      return ['127.0.0.1'];
    };
    const file = await fetchFile(`http://pictures.example:${new URL(url).port}/`, options({ lookup }));
    expect(Buffer.from(file.bytes).toString()).toBe('found');
    expect(asked).toBe(1);
  });

  it('checks the address again after a redirect', async () => {
    const inner = await serve((_, response) => response.end('secret'));
    const outer = await serve((_, response) => {
      response.writeHead(302, { location: `${inner}/` });
      response.end();
    });
    const file = await fetchFile(outer, options());
    expect(Buffer.from(file.bytes).toString()).toBe('secret');

    const hosts: string[] = [];
    const redirecting = await serve((_, response) => {
      response.writeHead(307, { location: 'http://inner.example/' });
      response.end();
    });
    const lookup = async (host: string): Promise<readonly string[]> => {
      hosts.push(host);
      return host === 'inner.example' ? [] : ['127.0.0.1'];
    };
    await expect(fetchFile(`http://outer.example:${new URL(redirecting).port}/`, options({ lookup }))).rejects.toThrow(
      'the host inner.example is unknown',
    );
    expect(hosts).toEqual(['outer.example', 'inner.example']);
  });

  it('follows no redirect to another protocol, and not without end', async () => {
    const elsewhere = await serve((_, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' });
      response.end();
    });
    await expect(fetchFile(elsewhere, options())).rejects.toThrow('not an http or https URL');
    const circle = await serve((_, response) => {
      response.writeHead(302, { location: '/' });
      response.end();
    });
    await expect(fetchFile(circle, options())).rejects.toThrow('redirects more than 5 times');
  });

  it('stops at the size limit, announced or not', async () => {
    const announced = await serve((_, response) => {
      response.setHeader('content-length', '2000');
      response.end('x'.repeat(2000));
    });
    const silent = await serve((_, response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(600));
    });
    await expect(fetchFile(announced, options())).rejects.toThrow('larger than');
    await expect(fetchFile(silent, options())).rejects.toThrow('larger than');
  });

  it('stops at the time limit, before the answer and inside of it', async () => {
    const mute = await serve(() => {});
    await expect(fetchFile(mute, options({ timeout: 50 }))).rejects.toThrow('it took longer than 0.05 s');
    const slow = await serve((_, response) => {
      response.write('a');
    });
    await expect(fetchFile(slow, options({ timeout: 50 }))).rejects.toThrow('it took longer than 0.05 s');
  });

  it('ends at once when the client leaves', async () => {
    const mute = await serve(() => {});
    const controller = new AbortController();
    const fetching = fetchFile(mute, options({ signal: controller.signal }));
    controller.abort();
    await expect(fetching).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('says what the server answered, and when it does not answer', async () => {
    const missing = await serve((_, response) => {
      response.statusCode = 404;
      response.end();
    });
    await expect(fetchFile(missing, options())).rejects.toThrow('the server answered 404');
    const cut = await serve((_, response) => {
      response.setHeader('content-length', '500');
      response.write('x');
      setImmediate(() => response.destroy());
    });
    await expect(fetchFile(cut, options())).rejects.toThrow(/could not be reached|was lost/);
    await expect(fetchFile('http://127.0.0.1:1/', options())).rejects.toThrow('the server could not be reached');
    await expect(fetchFile('not a url', options())).rejects.toThrow('not an http or https URL');
  });

  it('does not read what announces itself as too large', async () => {
    const left = Promise.withResolvers<void>();
    // It says how much there is, and sends none of it.
    const url = await serve((_, response) => {
      response.on('close', () => left.resolve());
      response.setHeader('content-length', 50_000);
      response.flushHeaders();
    });
    await expect(fetchFile(url, options({ maxBytes: 2_000_000 / 50 }))).rejects.toThrow('it is larger than 0 MB');
    await left.promise;
  });

  it('goes through a proxy where one is set, to the address that was checked', async () => {
    const heads: unknown[] = [];
    const url = await serve((request, response) => {
      heads.push([request.headers.host, request.headers['user-agent']]);
      if (request.url === '/moved') response.writeHead(302, { location: '/picture' }).end();
      else response.end('x'.repeat(request.url === '/large' ? 5000 : 7));
    });
    const { port } = new URL(url);
    const proxy = await startSocksProxy();
    const transport = createTransport({ proxy: `socks5://127.0.0.1:${proxy.port}` });
    onTestFinished(() => transport.close());
    const through = { proxied: () => transport, lookup: async () => ['127.0.0.1'] };
    const file = await fetchFile(`http://pictures.example:${port}/moved`, options(through));
    expect(Buffer.from(file.bytes).toString()).toBe('xxxxxxx');
    expect(heads).toEqual([
      [`pictures.example:${port}`, 'kiro-gw'],
      [`pictures.example:${port}`, 'kiro-gw'],
    ]);
    expect(new Set(proxy.asked.map(({ host }) => host))).toEqual(new Set([`127.0.0.1:${port}`]));
    await expect(fetchFile(`http://pictures.example:${port}/large`, options(through))).rejects.toThrow(/larger than/);
    const asked = proxy.asked.length;
    for (const host of ['127.0.0.1', 'pictures.example', '[::1]']) {
      const strict = options({ ...through, allowPrivate: false });
      await expect(fetchFile(`http://${host}:${port}/picture`, strict)).rejects.toThrow(/not on the public internet/);
    }
    expect(proxy.asked).toHaveLength(asked);
  });
});
