import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.map', 'application/json; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  // Licenses.
  ['.md', 'text/markdown; charset=utf-8'],
]);

/** Plain names only, so that no path leads out of the folder. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/u;

const compress = promisify(gzip);

export interface Asset {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
}

interface Held {
  readonly modified: number;
  readonly size: number;
  readonly asset: Promise<Asset>;
}

/** The browser build, kept in memory: read at first use, and again when a file was built anew. */
export class AssetFolder {
  readonly #folder: string;
  /** Bounded by the files of the folder. */
  readonly #held = new Map<string, Held>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when there is no such file, or none of a kind that a page loads. */
  async find(name: string): Promise<Asset | undefined> {
    const type = TYPES.get(extname(name));
    if (type === undefined || !NAME.test(name)) return undefined;
    const file = join(this.#folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts?.isFile() !== true) {
      this.#held.delete(name);
      return undefined;
    }
    const held = this.#held.get(name);
    if (held?.modified === facts.mtimeMs && held.size === facts.size) return held.asset;
    const asset = load(file, type);
    this.#held.set(name, { modified: facts.mtimeMs, size: facts.size, asset });
    // What could not be read is tried again.
    asset.catch(() => this.#held.delete(name));
    return asset;
  }
}

async function load(file: string, type: string): Promise<Asset> {
  const body = await readFile(file);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { body, gzipped: await compress(body), type, etag: `"${hash}"` };
}
