import { FileMark, type FileChange } from './file-mark.ts';

/** What tells one file from another, whatever its name. */
export interface FileIdentity {
  readonly id: string;
  /** Whether no later file can have the same id, as where the system reuses inode numbers and keeps no time of birth. */
  readonly isUnique: boolean;
}

/** A file that is open, and stays readable when it loses its name. */
export interface SourceFile extends FileIdentity {
  size(): Promise<number>;
  /** The size at this very moment. */
  sizeNow(): number;
  /** What stands from `at` on, at most `length` bytes; fewer only where the file ends. */
  read(at: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where the file of a name is looked for. */
export interface FileLocation {
  /** Opens what has the name now; undefined while there is nothing that can be read. */
  open(): Promise<SourceFile | undefined>;
  /** What has the name now, without opening it. */
  named(): Promise<(FileIdentity & { readonly size: number }) | undefined>;
  /** Files beside it that may be copies of it, made at or after a moment of `now()`. */
  copiesSince(moment: number): Promise<readonly SourceFile[]>;
  now(): number;
}

/** Why what follows does not continue what was read before. */
export type BreakReason = 'truncated' | 'rewritten' | 'replaced';

/** What there was to do: bytes in order, a break between them, or nothing until something changes. */
export type ReadStep =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** `lost`: bytes that were seen before the break and exist nowhere any more. */
  | { readonly kind: 'break'; readonly why: BreakReason; readonly lost: number }
  | { readonly kind: 'rest' };

const CHUNK_BYTES = 128 * 1_024;
/** Files that had the name before and whose marks are kept: a link may point to one of them again. */
const MAX_LEFT_FILES = 16;
const REST: ReadStep = { kind: 'rest' };

/** A copy of a file that was truncated, and what is said after the rest of it. */
interface Copy {
  readonly file: SourceFile;
  readonly mark: FileMark;
  readonly why: BreakReason;
}

/**
 * Reads what a name stands for, each line once, whatever happens to the file: appended to, truncated, rewritten in any
 * way, renamed, removed, replaced, back again. What the file holds decides, at each step.
 */
export class FileReader {
  readonly #place: FileLocation;
  /** Oldest first. */
  readonly #left = new Map<string, FileMark>();
  #file: SourceFile | undefined;
  #mark: FileMark;
  /** The file that `#mark` is about. */
  #id: string | undefined;
  /** Greatest size at which it was seen since it began. */
  #seen = 0;
  /** When it was last seen to continue what was read of it. */
  #seenAt: number;
  #copy: Copy | undefined;
  /** It was seen to be shorter than what was read of it, whatever it holds by now. */
  #wasShort = false;

  /** Begins with `file` at `mark`; without a file, at the start of the first one that has the name. */
  constructor(place: FileLocation, file: SourceFile | undefined, mark = new FileMark()) {
    this.#place = place;
    this.#file = file;
    this.#id = file?.id;
    this.#mark = mark;
    this.#seenAt = place.now();
  }

  /** Takes one step. After a rejection, which comes from the file system, the next call opens the file again. */
  async next(): Promise<ReadStep> {
    if (this.#copy !== undefined) return this.#readCopy(this.#copy);
    if (this.#file === undefined) {
      const file = await this.#place.open();
      if (file === undefined) return REST;
      const isOther = this.#id !== undefined && this.#id !== file.id;
      this.#enter(file);
      if (isOther) return { kind: 'break', why: 'replaced', lost: 0 };
    }
    const file = this.#file;
    if (file === undefined) return REST;
    try {
      return (await this.#readOn(file)) ?? (await this.#moveOn(file));
    } catch (error) {
      this.#file = undefined;
      await file.close();
      throw error;
    }
  }

  /**
   * Something happened to the file just now. Called at once it may still see a file that is truncated and about to be written
   * again, which is all that tells where it is written with the same text.
   */
  glance(): void {
    try {
      if (this.#file !== undefined && this.#file.sizeNow() < this.#mark.position) this.#wasShort = true;
    } catch {
      // What is wrong with the file is found out, and said, by the next step.
    }
  }

  async close(): Promise<void> {
    await this.#copy?.file.close();
    await this.#file?.close();
  }

  /** What follows the mark, or why nothing can; undefined at the end of the file. */
  async #readOn(file: SourceFile): Promise<ReadStep | undefined> {
    for (;;) {
      const mark = this.#mark;
      const moment = this.#place.now();
      const size = await file.size();
      const head = await file.read(0, mark.head.length);
      // What was read before and what is new in one read, so that nothing can happen in between.
      const before = mark.tail.length;
      const read = await file.read(mark.position - before, before + CHUNK_BYTES);
      const tail = read.subarray(0, before);
      const judged = mark.judge(head, tail);
      const verdict = judged === 'same' && this.#wasShort ? 'truncated' : judged;
      if (verdict !== 'same') return this.#breakOff(file, verdict, head, tail);
      this.#seenAt = moment;
      const fresh = read.subarray(before);
      const text = mark.take(fresh);
      this.#seen = Math.max(this.#seen, size, mark.position);
      if (text.length > 0) return { kind: 'bytes', bytes: text };
      if (fresh.length === 0) return undefined;
    }
  }

  /** The content is another one: what a copy holds of the old one comes first, then the new one from its start. */
  async #breakOff(file: SourceFile, verdict: Exclude<FileChange, 'same'>, head: Buffer, tail: Buffer): Promise<ReadStep> {
    const old = this.#mark;
    const lost = this.#seen - old.position;
    const why = verdict === 'hollow' ? 'truncated' : verdict;
    const copy = await this.#copyOf(file, old);
    this.#mark = verdict === 'hollow' ? old.hollowed(head, tail) : FileMark.afterTruncation();
    this.#seen = 0;
    this.#wasShort = false;
    if (copy === undefined) return { kind: 'break', why, lost: Math.max(0, lost) };
    this.#copy = { file: copy, mark: old, why };
    return this.#readCopy(this.#copy);
  }

  async #copyOf(file: SourceFile, mark: FileMark): Promise<SourceFile | undefined> {
    let found: SourceFile | undefined;
    for (const candidate of await this.#place.copiesSince(this.#seenAt)) {
      if (found === undefined && candidate.id !== file.id && (await continues(candidate, mark))) found = candidate;
      else await candidate.close();
    }
    return found;
  }

  async #readCopy({ file, mark, why }: Copy): Promise<ReadStep> {
    // One that cannot be read has nothing to give.
    const bytes = await file.read(mark.position, CHUNK_BYTES).catch(() => Buffer.alloc(0));
    const text = mark.take(bytes);
    if (bytes.length > 0) return { kind: 'bytes', bytes: text };
    this.#copy = undefined;
    await file.close();
    return { kind: 'break', why, lost: 0 };
  }

  /** Goes on to the file that has the name now, once there is something in it: until then the old one is written to. */
  async #moveOn(file: SourceFile): Promise<ReadStep> {
    const named = await this.#place.named();
    if (named === undefined || named.id === file.id || named.size === 0) return REST;
    // Whatever was written before the new file was begun.
    const rest = await this.#readOn(file);
    if (rest !== undefined) return rest;
    const next = await this.#place.open();
    if (next === undefined) return REST;
    if (next.id === file.id) {
      await next.close();
      return REST;
    }
    if (file.isUnique) this.#remember(file.id);
    this.#enter(next);
    await file.close();
    return { kind: 'break', why: 'replaced', lost: 0 };
  }

  #enter(file: SourceFile): void {
    if (file.id !== this.#id) {
      this.#mark = this.#left.get(file.id) ?? new FileMark();
      this.#left.delete(file.id);
      this.#seen = 0;
      this.#wasShort = false;
    }
    this.#file = file;
    this.#id = file.id;
    this.#seenAt = this.#place.now();
  }

  #remember(id: string): void {
    this.#left.set(id, this.#mark);
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= MAX_LEFT_FILES) return;
      this.#left.delete(oldest);
    }
  }
}

/** Whether a file holds what was read of another one, and may hold more. */
async function continues(file: SourceFile, mark: FileMark): Promise<boolean> {
  const head = await file.read(0, mark.head.length);
  const tail = await file.read(mark.position - mark.tail.length, mark.tail.length);
  return mark.position > 0 && mark.judge(head, tail) === 'same';
}
