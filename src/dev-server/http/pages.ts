import { readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { contentTypeOf, readStaticFile, sendStaticFile, type StaticFile } from '../../server/http/core/static-file.ts';
import { codeOf } from '../util/errors.ts';
import { allowMethods } from './respond.ts';

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

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  Vary: 'Accept-Encoding',
};

/** The files of the console page. They are read once, so that a build which replaces them cannot tear the page apart. */
export class Pages {
  readonly #files: ReadonlyMap<string, StaticFile>;

  private constructor(files: ReadonlyMap<string, StaticFile>) {
    this.#files = files;
  }

  /** Reads every file of a known type in a folder; none when the folder does not exist. */
  static async load(folder: string): Promise<Pages> {
    const files = new Map<string, StaticFile>();
    for (const file of await filesOf(folder)) {
      const type = contentTypeOf(file);
      if (type === undefined) continue;
      const path = `/${file.split(sep).join('/')}`;
      files.set(path === '/index.html' ? '/' : path, await readStaticFile(join(folder, file), type));
    }
    return new Pages(files);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Answers a request for a file that exists. Throws HttpProblem. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    allowMethods(request, 'GET', 'HEAD');
    sendStaticFile(request, response, file, HEADERS);
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
