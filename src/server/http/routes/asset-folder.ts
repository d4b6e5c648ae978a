import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentTypeOf, readStaticFile, type StaticFile } from '../core/static-file.ts';

/** Plain names only, so that no path leads out of the folder. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/u;

interface CachedFile {
  readonly modified: number;
  readonly size: number;
  readonly file: Promise<StaticFile>;
}

/** The browser build, cached in memory: a file is read at its first request, and again after a build replaced it. */
export class AssetFolder {
  readonly #folder: string;
  /** Bounded by the files of the folder. */
  readonly #cached = new Map<string, CachedFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when there is no such file, or when it is not of a type that pages load. */
  async find(name: string): Promise<StaticFile | undefined> {
    const type = contentTypeOf(name);
    if (type === undefined || !NAME.test(name)) return undefined;
    const path = join(this.#folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() !== true) {
      this.#cached.delete(name);
      return undefined;
    }
    const cached = this.#cached.get(name);
    if (cached?.modified === stats.mtimeMs && cached.size === stats.size) return cached.file;
    const file = readStaticFile(path, type);
    this.#cached.set(name, { modified: stats.mtimeMs, size: stats.size, file });
    // A failed read is retried by the next request.
    file.catch(() => this.#cached.delete(name));
    return file;
  }
}
