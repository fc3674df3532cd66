import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emptyFolder } from './gateway.ts';

/** A real browser on this machine, or why there is none. */
export function findBrowser(): { readonly path: string } | { readonly missing: string } {
  const names = [process.env['CHROME_PATH'], 'chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  for (const name of names) {
    if (name === undefined || name === '') continue;
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore', timeout: 20_000 });
      return { path: name };
    } catch {
      // The next one may be there.
    }
  }
  return { missing: 'no Chromium or Chrome is installed; CHROME_PATH names one elsewhere' };
}

export interface Page {
  /** The port that the page comes from. */
  readonly port: number;
  /** What the page's script found out: the JSON that it posted to `/result`. */
  result(): Promise<unknown>;
  close(): Promise<void>;
}

/** Serves a page with this script, made for the page's port, and opens it under a host name of its own. */
export async function openPage(browser: string, host: string, script: (port: number) => string): Promise<Page> {
  let tell = (_: unknown): void => {};
  const told = new Promise<unknown>(resolve => {
    tell = resolve;
  });
  const server: Server = createServer(async (request, response) => {
    if (request.url === '/result') {
      let text = '';
      for await (const chunk of request) text += chunk;
      response.end();
      tell(JSON.parse(text));
      return;
    }
    const { port } = server.address() as AddressInfo;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>page</title><script type="module">${script(port)}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const home = emptyFolder();
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    `--user-data-dir=${home.path}`,
    // Every name is this machine, as after a rebinding of DNS.
    '--host-resolver-rules=MAP * 127.0.0.1',
  ];
  const child: ChildProcess = spawn(browser, [...flags, `http://${host}:${port}/`], { stdio: 'ignore' });
  return {
    port,
    result: () => told,
    async close() {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      server.close();
      server.closeAllConnections();
      home.remove();
    },
  };
}
