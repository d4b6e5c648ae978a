import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { codeOf } from '../util/errors.ts';
import { allowMethods } from './respond.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.map', 'application/json; charset=utf-8'],
]);

const POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  // The page and the element each bring Lit, and both copies make a policy of the same name.
  "trusted-types lit-html log-stream 'allow-duplicates'",
].join('; ');

interface Page {
  readonly type: string;
  readonly body: Buffer;
  readonly tag: string;
}

/** The files of the console page. They are read once, so that a build which replaces them cannot tear the page apart. */
export class Pages {
  readonly #pages: ReadonlyMap<string, Page>;

  private constructor(pages: ReadonlyMap<string, Page>) {
    this.#pages = pages;
  }

  /** Takes in everything of a known type in a folder; nothing when there is no such folder. */
  static async load(folder: string): Promise<Pages> {
    const pages = new Map<string, Page>();
    for (const file of await filesOf(folder)) {
      const type = TYPES.get(extname(file));
      if (type === undefined) continue;
      const body = await readFile(join(folder, file));
      const name = `/${file.split(sep).join('/')}`;
      pages.set(name === '/index.html' ? '/' : name, { type, body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` });
    }
    return new Pages(pages);
  }

  has(path: string): boolean {
    return this.#pages.has(path);
  }

  /** Answers a request for a file that there is. Throws HttpProblem. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): void {
    const page = this.#pages.get(path);
    if (page === undefined) return;
    allowMethods(request, 'GET', 'HEAD');
    const headers = {
      'content-type': page.type,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      etag: page.tag,
    };
    if (request.headers['if-none-match'] === page.tag) response.writeHead(304, headers).end();
    else response.writeHead(200, { ...headers, 'content-length': page.body.length }).end(request.method === 'HEAD' ? undefined : page.body);
  }
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
