import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from './support.ts';

/** What nginx does with nothing but `proxy_pass`: HTTP/1.0, the upstream's Host, a connection for each request, and no word of whom it is for. */
export async function plainProxy(target: string): Promise<string> {
  const upstream = new URL(target);
  const proxy = createServer((incoming, outgoing) => {
    const { connection: _, 'keep-alive': __, ...headers } = incoming.headers;
    const forwarded = request(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        agent: false,
        headers: { ...headers, host: upstream.host, connection: 'close' },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

const NGINX = '/usr/sbin/nginx';

export const hasNginx = existsSync(NGINX);

/** nginx itself, with nothing but `proxy_pass`. */
export async function nginx(target: string): Promise<string> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log stderr; events {}
    http { access_log off; ${places.join(' ')} server { listen 127.0.0.1:${port}; location / { proxy_pass ${target}; } } }`,
  );
  const child = spawn(NGINX, ['-e', 'stderr', '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const origin = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`${origin}/log-stream/health`), { timeout: 15_000, interval: 20 });
  return origin;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
