import { watch, type FSWatcher } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { codeOf, CommandError } from '../cli/errors.ts';

/** ms between looks at the file; a change that the system reports is seen at once. */
const INTERVAL = 250;
const CHUNK_BYTES = 64 * 1_024;

export interface FollowOptions {
  readonly path: string;
  /** Begin with the last so many lines; undefined: with the first. 0: with what is written from now on. */
  readonly lines: number | undefined;
  readonly signal: AbortSignal;
  /** Takes bytes in order; the file is not read on until it resolves. */
  readonly onBytes: (bytes: Buffer) => Promise<void>;
  /** The file was replaced or cut: what is unfinished is a line. */
  readonly onBreak: (why: 'rotated' | 'truncated') => void;
}

/**
 * Reads a file from its start to its end and then what is appended to it, until `signal` is aborted. Follows the name: when
 * another file takes it, the rest of the old one is read first. When the file gets shorter, it begins again at its start.
 */
export async function followFile(options: FollowOptions): Promise<void> {
  const { path, lines, signal } = options;
  let file = await openFile(path);
  const wake = new Wake(path);
  let position = lines === undefined ? 0 : await startOfLines(file, lines);
  let lastByte = 0x0a;
  try {
    while (!signal.aborted) {
      const { size } = await file.stat();
      if (size < position) {
        if (lastByte !== 0x0a) options.onBreak('truncated');
        position = 0;
        lastByte = 0x0a;
      }
      const read = await readOn(file, position, options);
      position += read.bytes;
      lastByte = read.last ?? lastByte;
      if (read.bytes > 0) continue;
      const next = await replacement(path, file);
      if (next === undefined) {
        await wake.wait(signal);
        continue;
      }
      // What was written to the old file between the last read and the rename.
      const rest = await readOn(file, position, options);
      if ((rest.last ?? lastByte) !== 0x0a) options.onBreak('rotated');
      await file.close();
      file = next;
      position = 0;
      lastByte = 0x0a;
    }
  } finally {
    wake.close();
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new CommandError(`There is no file ${path}: check the name, or create it first.`);
    if (code === 'EACCES') throw new CommandError(`${path} may not be read by this user.`);
    throw error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new CommandError(`${path} is not a regular file: use \`log-stream append CHANNEL < ${path}\` for pipes and devices.`);
}

/** Everything from `position` to the end, as far as it goes now. */
async function readOn(
  file: FileHandle,
  position: number,
  { onBytes, signal }: FollowOptions,
): Promise<{ bytes: number; last: number | undefined }> {
  let bytes = 0;
  let last: number | undefined;
  while (!signal.aborted) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position + bytes);
    if (bytesRead === 0) break;
    bytes += bytesRead;
    last = buffer[bytesRead - 1];
    await onBytes(buffer.subarray(0, bytesRead));
  }
  return { bytes, last };
}

/** The file that has the name now, opened, when it is another one. */
async function replacement(path: string, file: FileHandle): Promise<FileHandle | undefined> {
  try {
    const [named, held] = await Promise.all([stat(path), file.stat()]);
    if (named.ino === held.ino && named.dev === held.dev) return undefined;
    return await open(path, 'r');
  } catch (error) {
    // Between rename and create there is no file of that name: the old one is followed on.
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where the last `count` lines begin. A last line without `\n` counts. */
async function startOfLines(file: FileHandle, count: number): Promise<number> {
  const { size } = await file.stat();
  if (count === 0) return size;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let ends = 0;
  for (let end = size; end > 0; end = Math.max(0, end - CHUNK_BYTES)) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      // The `\n` of the very last line ends it and begins none.
      if (buffer[at] !== 0x0a || start + at === size - 1) continue;
      ends += 1;
      if (ends === count) return start + at + 1;
    }
  }
  return 0;
}

/** Waits for a change of the file, or for a while. */
class Wake {
  #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: () => void = () => {};

  constructor(path: string) {
    const name = basename(path);
    try {
      this.#watcher = watch(dirname(path), (_event, changed) => {
        if (changed !== null && changed !== name) return;
        this.#changed = true;
        this.#wake();
      });
      // Watching is a help where the system has it to give: looking now and then finds everything too.
      this.#watcher.on('error', () => this.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, INTERVAL);
        signal.addEventListener('abort', done, { once: true });
        this.#wake = done;
      });
    }
    this.#changed = false;
    this.#wake = () => {};
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
