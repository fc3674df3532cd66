import { generateKeyPairSync } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { certificate } from '../support/certificate.ts';
import { sayAndHang } from '../support/fake-backend.ts';
import { noTimers, startServer, writeRequest } from './start.ts';

const trusted = { tls: { ca: certificate.cert } } as RequestInit;

describe('a server with a certificate', () => {
  it('speaks HTTPS', async () => {
    const { url, post } = await startServer({ tls: certificate });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const response = await post('/v1/messages', { prompt: 'hi', stream: true }, trusted);
    expect(await response.text()).toMatch(/event: finish/);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('does not exist when the certificate is none, or another’s', async () => {
    const start = (tls: Partial<typeof certificate>) => startServer({ tls: { ...certificate, ...tls } });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await expect(start({ cert: 'nonsense' })).rejects.toThrow('TLS_CERT or TLS_KEY is not what its name says');
    await expect(start({ key: 'nonsense' })).rejects.toThrow('TLS_CERT or TLS_KEY is not what its name says');
    await expect(start({ key: other })).rejects.toThrow('TLS_KEY is not the key of TLS_CERT.');
  });

  it('notices at once that a client leaves', async () => {
    const { port, backend, record } = await startServer({ tls: certificate, limits: noTimers });
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const socket = connect({ port, host: '127.0.0.1', ca: certificate.cert });
    socket.on('error', () => undefined);
    socket.write(writeRequest('/v1/messages', { prompt: 'hi', stream: true }));
    await new Promise<void>(resolve =>
      socket.on('data', chunk => void (chunk.toString().includes('"one"') && resolve())),
    );
    socket.destroy();
    expect(await record()).toMatchObject({ cancelled: true });
  });

  it('does not answer plain HTTP, and goes on', async () => {
    const { port, send } = await startServer({ tls: certificate });
    const socket = connectPlain(port, '127.0.0.1');
    let got = '';
    socket.on('data', chunk => (got += chunk));
    socket.on('error', () => undefined);
    socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise(resolve => socket.on('close', resolve));
    expect(got).not.toContain('200 OK');
    expect((await send('/health', trusted)).status).toBe(200);
  });
});
