import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export interface FileServerOptions {
  /** Pages of other origins may load the files, as from a CDN. */
  readonly shared?: boolean;
  /** Changes each page as it is sent. */
  readonly change?: (html: string) => string;
}

/** A web server for the files of a folder; it leaves `/log-stream` to a log server. Closed with the test. */
export class FileServer {
  readonly server: Server;
  /** Paths that were asked for and are not there. */
  readonly missing: string[] = [];
  readonly #folder: string;
  readonly #options: FileServerOptions;

  private constructor(folder: string, options: FileServerOptions) {
    this.#folder = folder;
    this.#options = options;
    this.server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      if (!/^\/log-stream(?:\/|$)/u.test(pathname)) void this.#answer(response, decodeURIComponent(pathname));
    });
  }

  static async start(folder: string, options: FileServerOptions = {}): Promise<FileServer> {
    const files = new FileServer(folder, options);
    await once(files.server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      files.server.close();
      files.server.closeAllConnections();
    });
    return files;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async #answer(response: ServerResponse, path: string): Promise<void> {
    const name = path.endsWith('/') ? `${path}index.html` : path;
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    if (this.#options.shared === true) response.setHeader('Access-Control-Allow-Origin', '*');
    try {
      const body = await readFile(join(this.#folder, name));
      const { change } = this.#options;
      response.setHeader('Content-Type', type).end(change && type.startsWith('text/html') ? change(body.toString()) : body);
    } catch {
      const isIcon = path === '/favicon.ico';
      if (!isIcon) this.missing.push(path);
      response.writeHead(isIcon ? 204 : 404).end();
    }
  }
}
