/** Bytes that are kept in memory before a file is used; most logs are smaller. */
export const MEMORY_LIMIT = 8 * 1_024 * 1_024;
/** Without a file: bytes that are handed to the browser at a time as a blob, which it may put on disk. */
const PORTION = 4 * 1_024 * 1_024;

const TYPE = { type: 'text/plain' };
const PREFIX = 'log-stream-download-';
/** A leftover file older than this (ms) belongs to no running download. */
const STALE = 24 * 60 * 60_000;

/** The collected bytes. */
export interface Collected {
  readonly blob: Blob;
  /** Releases them. */
  dispose(): Promise<void>;
}

/** Collects the bytes of a download: in memory at first, in a file of the browser when there are many. */
export class DownloadSink {
  readonly #limit: number;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  readonly #portions: Blob[] = [];
  /** Undefined until it is needed; null where the browser has none. */
  #file: TemporaryFile | null | undefined;

  constructor(limit: number = MEMORY_LIMIT) {
    this.#limit = limit;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    const limit = this.#file === undefined ? this.#limit : PORTION;
    if (this.#bytes >= limit) await this.#flush();
  }

  async finish(): Promise<Collected> {
    if (!this.#file) {
      const blob = new Blob([...this.#portions, ...this.#chunks], TYPE);
      return { blob, dispose: async () => undefined };
    }
    await this.#flush();
    return this.#file.close();
  }

  /** Drops everything. */
  async discard(): Promise<void> {
    this.#chunks = [];
    await this.#file?.discard();
  }

  async #flush(): Promise<void> {
    if (this.#file === undefined) this.#file = await TemporaryFile.create();
    const portion = new Blob(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    if (this.#file === null) this.#portions.push(portion);
    else await this.#file.write(portion);
  }
}

/** A file in the origin's private file system, which no other origin and no other program sees. */
class TemporaryFile {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #file: FileSystemFileHandle;
  readonly #stream: FileSystemWritableFileStream;

  private constructor(folder: FileSystemDirectoryHandle, file: FileSystemFileHandle, stream: FileSystemWritableFileStream) {
    this.#folder = folder;
    this.#file = file;
    this.#stream = stream;
  }

  /** Null where the browser has no such file system: without HTTPS, in some private windows. */
  static async create(): Promise<TemporaryFile | null> {
    try {
      const folder = await navigator.storage.getDirectory();
      await sweep(folder);
      const file = await folder.getFileHandle(`${PREFIX}${Date.now()}-${crypto.randomUUID()}`, { create: true });
      return new TemporaryFile(folder, file, await file.createWritable());
    } catch {
      return null;
    }
  }

  write(portion: Blob): Promise<void> {
    return this.#stream.write(portion);
  }

  async close(): Promise<Collected> {
    await this.#stream.close();
    const file = await this.#file.getFile();
    return { blob: file.slice(0, file.size, TYPE.type), dispose: () => this.#remove() };
  }

  async discard(): Promise<void> {
    await this.#stream.abort();
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await this.#folder.removeEntry(this.#file.name);
  }
}

/** Removes files of pages that were closed during a download. */
async function sweep(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const name of folder.keys()) {
    if (name.startsWith(PREFIX) && Date.now() - Number.parseInt(name.slice(PREFIX.length), 10) > STALE)
      await folder.removeEntry(name).catch(() => undefined);
  }
}
