import { constants, fstatSync } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { messageOf } from '../../protocol/message-of.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import type { FileIdentity, FileLocation, SourceFile } from './file-reader.ts';

/** Files beside a truncated one that are checked at most: the newest. */
const MAX_COPIES = 8;
/** ms by which the clock of the file system may lag. */
const CLOCK_SKEW = 20;

/** A path, and the file that it leads to at the moment. */
export class FilePath implements FileLocation {
  readonly #path: string;
  readonly #onTrouble: (message: string) => void;
  #trouble = '';

  /** `onTrouble` is called with the reason why the file cannot be read, and again when the reason changes. */
  constructor(path: string, onTrouble: (message: string) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** Opens the file; undefined when it does not exist. Throws CommandError when it cannot be read. */
  async openFirst(): Promise<SourceFile | undefined> {
    try {
      return await openFile(this.#path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error instanceof CommandError ? error : new CommandError(whyUnreadable(this.#path, error));
    }
  }

  async open(): Promise<SourceFile | undefined> {
    try {
      const file = await openFile(this.#path);
      this.#trouble = '';
      return file;
    } catch (error) {
      // Another file may get the name in a moment, or this one its permissions.
      if (codeOf(error) !== 'ENOENT') this.report(error);
      return undefined;
    }
  }

  async named(): Promise<(FileIdentity & { readonly size: number }) | undefined> {
    try {
      const { size, ...facts } = await stat(this.#path, { bigint: true });
      return { ...identity(facts), size: Number(size) };
    } catch (error) {
      // Between a rename and the new file nothing has the name: the old file is still followed.
      if (codeOf(error) !== 'ENOENT') this.report(error);
      return undefined;
    }
  }

  async copiesSince(time: number): Promise<readonly SourceFile[]> {
    const folder = dirname(this.#path);
    const own = basename(this.#path);
    const stem = basename(own, extname(own));
    try {
      const names = (await readdir(folder)).filter((name) => name !== own && name.startsWith(stem));
      const born = await Promise.all(names.map(async (name) => ({ path: join(folder, name), at: await birth(join(folder, name)) })));
      const young = born.filter(({ at }) => at >= time - CLOCK_SKEW).sort((a, b) => b.at - a.at);
      const opened = await Promise.all(young.slice(0, MAX_COPIES).map(({ path }) => openFile(path).catch(() => undefined)));
      return opened.filter((file) => file !== undefined);
    } catch {
      return [];
    }
  }

  now(): number {
    return Date.now();
  }

  /** Reports why the file cannot be read at the moment, once for each reason. */
  report(error: unknown): void {
    const why = error instanceof CommandError ? error.message : whyUnreadable(this.#path, error);
    if (why !== this.#trouble) this.#onTrouble(`${why} Retrying until it can be read.`);
    this.#trouble = why;
  }
}

function whyUnreadable(path: string, error: unknown): string {
  const code = codeOf(error);
  return `Can't read ${path}: ${code === 'EACCES' || code === 'EPERM' ? 'permission denied' : messageOf(error)}.`;
}

/** Rejects with CommandError for anything but a regular file. */
async function openFile(path: string): Promise<SourceFile> {
  // Without NONBLOCK, opening a pipe would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = await handle.stat({ bigint: true });
    if (facts.isDirectory()) throw new CommandError(`${path} is a folder.`);
    if (!facts.isFile())
      throw new CommandError(`${path} is not a regular file: use \`log-stream append CHANNEL < ${path}\` for pipes and devices.`);
    return new HandleFile(handle, identity(facts));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** When a file was created, ms; -Infinity where the system does not know. */
async function birth(path: string): Promise<number> {
  try {
    const { birthtimeNs } = await stat(path, { bigint: true });
    return birthtimeNs > 0n ? Number(birthtimeNs / 1_000_000n) : Number.NEGATIVE_INFINITY;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

function identity({ dev, ino, birthtimeNs }: { readonly dev: bigint; readonly ino: bigint; readonly birthtimeNs: bigint }): FileIdentity {
  return { id: `${dev}:${ino}:${birthtimeNs}`, isUnique: birthtimeNs > 0n };
}

class HandleFile implements SourceFile {
  readonly id: string;
  readonly isUnique: boolean;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, { id, isUnique }: FileIdentity) {
    this.#handle = handle;
    this.id = id;
    this.isUnique = isUnique;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  sizeNow(): number {
    return fstatSync(this.#handle.fd).size;
  }

  async read(at: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, at + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
