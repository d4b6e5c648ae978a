import { FileMark, type FileChange } from './file-mark.ts';

/** What distinguishes a file from all others, whatever its name. */
export interface FileIdentity {
  readonly id: string;
  /** Whether no later file can have the same ID. It can where the system reuses inode numbers and keeps no time of birth. */
  readonly isUnique: boolean;
}

/** An open file, which stays readable when it loses its name. */
export interface SourceFile extends FileIdentity {
  size(): Promise<number>;
  /** The size, without waiting. */
  sizeNow(): number;
  /** At most `length` bytes from `at`; fewer only where the file ends. */
  read(at: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where the file of a name is found. */
export interface FileLocation {
  /** Opens the file that has the name now; undefined while there is none that can be read. */
  open(): Promise<SourceFile | undefined>;
  /** The identity and size of the file that has the name now, without opening it. */
  named(): Promise<(FileIdentity & { readonly size: number }) | undefined>;
  /** Files beside it that may be copies of it, made at or after a time of `now()`. */
  copiesSince(moment: number): Promise<readonly SourceFile[]>;
  now(): number;
}

/** Why the next bytes do not continue the previous ones. */
export type BreakReason = 'truncated' | 'rewritten' | 'replaced';

/** The result of a step: bytes in order, a break between them, or nothing until the file changes. */
export type ReadStep =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** `lost`: bytes that were in the file before the break, were not read, and exist nowhere any more. */
  | { readonly kind: 'break'; readonly why: BreakReason; readonly lost: number }
  | { readonly kind: 'idle' };

const CHUNK_BYTES = 128 * 1_024;
/** Marks that are kept of files that had the name before: a link may point to one of them again. */
const MAX_LEFT_FILES = 16;
const IDLE: ReadStep = { kind: 'idle' };
const WAITING = { name: 'waiting' } as const;

/** The copy of a truncated file, which is read before the break is reported. */
interface Copy {
  readonly file: SourceFile;
  readonly mark: FileMark;
  readonly why: BreakReason;
}

type Phase =
  /** No file is open: none has the name, or the last one could not be read. */
  | { readonly name: 'waiting' }
  | { readonly name: 'reading'; readonly file: SourceFile }
  /** The rest of the old content is read from a copy, before the new content of `file`. */
  | { readonly name: 'copying'; readonly file: SourceFile; readonly copy: Copy };

/**
 * Reads the file of a name, each line once, whatever happens to the file: appended to, truncated, rewritten, renamed, removed,
 * replaced, put back. Each step is decided by the content of the file.
 *
 *              a file has the name             a copy has the old content
 *     waiting ─────────────────────▶ reading ────────────────────────────▶ copying
 *             ◀─────────────────────         ◀────────────────────────────
 *              it cannot be read               the copy is read to its end
 *
 * It stays in `reading` when another file gets the name, and continues with that one.
 */
export class FileReader {
  readonly #place: FileLocation;
  /** Marks of files that had the name before, by their IDs, oldest first. */
  readonly #left = new Map<string, FileMark>();
  #phase: Phase;
  #mark: FileMark;
  /** The ID of the file that `#mark` belongs to. */
  #id: string | undefined;
  /** Largest size of the file so far. */
  #maxSize = 0;
  /** When the file was last found to continue what was read. */
  #checkedAt: number;
  /** What `noteChange` saw since the last step: the file was shorter than what was read of it. */
  #wasShort = false;

  /** Starts with `file` at `mark`; without a file, at the start of the first one that gets the name. */
  constructor(place: FileLocation, file: SourceFile | undefined, mark = new FileMark()) {
    this.#place = place;
    this.#phase = file === undefined ? WAITING : { name: 'reading', file };
    this.#id = file?.id;
    this.#mark = mark;
    this.#checkedAt = place.now();
  }

  /** Takes one step. Rejects with errors of the file system; the next call opens the file again. */
  async next(): Promise<ReadStep> {
    if (this.#phase.name === 'copying') return this.#readCopy(this.#phase.file, this.#phase.copy);
    if (this.#phase.name === 'waiting') {
      const file = await this.#place.open();
      if (file === undefined) return IDLE;
      const isOther = this.#id !== undefined && this.#id !== file.id;
      this.#adopt(file);
      if (isOther) return { kind: 'break', why: 'replaced', lost: 0 };
      return this.#readFrom(file);
    }
    return this.#readFrom(this.#phase.file);
  }

  /**
   * Call at once when the system reports a change. It may catch the moment at which the file is truncated and not yet written again,
   * which is the only trace when the same text is written.
   */
  noteChange(): void {
    try {
      if (this.#phase.name !== 'waiting' && this.#phase.file.sizeNow() < this.#mark.position) this.#wasShort = true;
    } catch {
      // The next step reports what is wrong.
    }
  }

  async close(): Promise<void> {
    if (this.#phase.name === 'copying') await this.#phase.copy.file.close();
    if (this.#phase.name !== 'waiting') await this.#phase.file.close();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
  }

  async #readFrom(file: SourceFile): Promise<ReadStep> {
    try {
      return (await this.#readOn(file)) ?? (await this.#switchFile(file));
    } catch (error) {
      this.#enter(WAITING);
      await file.close();
      throw error;
    }
  }

  /** The bytes after the mark, or a break; undefined at the end of the file. */
  async #readOn(file: SourceFile): Promise<ReadStep | undefined> {
    for (;;) {
      const mark = this.#mark;
      const moment = this.#place.now();
      const size = await file.size();
      const head = await file.read(0, mark.head.length);
      // Old and new bytes in one read, so that nothing can happen in between.
      const before = mark.tail.length;
      const read = await file.read(mark.position - before, before + CHUNK_BYTES);
      const tail = read.subarray(0, before);
      const compared = mark.compare(head, tail);
      const verdict = compared === 'same' && this.#wasShort ? 'truncated' : compared;
      if (verdict !== 'same') return this.#breakOff(file, verdict, head, tail);
      this.#checkedAt = moment;
      const fresh = read.subarray(before);
      const text = mark.advance(fresh);
      this.#maxSize = Math.max(this.#maxSize, size, mark.position);
      if (text.length > 0) return { kind: 'bytes', bytes: text };
      if (fresh.length === 0) return undefined;
    }
  }

  /** The content is different: the rest of the old content is read from a copy, if there is one, then the new content from its start. */
  async #breakOff(file: SourceFile, verdict: Exclude<FileChange, 'same'>, head: Buffer, tail: Buffer): Promise<ReadStep> {
    const old = this.#mark;
    const lost = this.#maxSize - old.position;
    const why = verdict === 'hollow' ? 'truncated' : verdict;
    const copy = await this.#copyOf(file, old);
    this.#mark = verdict === 'hollow' ? old.hollowed(head, tail) : FileMark.afterTruncation();
    this.#maxSize = 0;
    this.#wasShort = false;
    if (copy === undefined) return { kind: 'break', why, lost: Math.max(0, lost) };
    const rest = { file: copy, mark: old, why };
    this.#enter({ name: 'copying', file, copy: rest });
    return this.#readCopy(file, rest);
  }

  async #copyOf(file: SourceFile, mark: FileMark): Promise<SourceFile | undefined> {
    let found: SourceFile | undefined;
    for (const candidate of await this.#place.copiesSince(this.#checkedAt)) {
      if (found === undefined && candidate.id !== file.id && (await continues(candidate, mark))) found = candidate;
      else await candidate.close();
    }
    return found;
  }

  async #readCopy(file: SourceFile, { file: copy, mark, why }: Copy): Promise<ReadStep> {
    // An unreadable copy counts as empty.
    const bytes = await copy.read(mark.position, CHUNK_BYTES).catch(() => Buffer.alloc(0));
    const text = mark.advance(bytes);
    if (bytes.length > 0) return { kind: 'bytes', bytes: text };
    this.#enter({ name: 'reading', file });
    await copy.close();
    return { kind: 'break', why, lost: 0 };
  }

  /** Continues with the file that has the name now, once it has content: until then the old one may still be written to. */
  async #switchFile(file: SourceFile): Promise<ReadStep> {
    const named = await this.#place.named();
    if (named === undefined || named.id === file.id || named.size === 0) return IDLE;
    // Text that was written before the new file was started.
    const rest = await this.#readOn(file);
    if (rest !== undefined) return rest;
    const next = await this.#place.open();
    if (next === undefined) return IDLE;
    if (next.id === file.id) {
      await next.close();
      return IDLE;
    }
    if (file.isUnique) this.#remember(file.id);
    this.#adopt(next);
    await file.close();
    return { kind: 'break', why: 'replaced', lost: 0 };
  }

  /** Continues with a file that was just opened, after its mark if it had the name before. */
  #adopt(file: SourceFile): void {
    if (file.id !== this.#id) {
      this.#mark = this.#left.get(file.id) ?? new FileMark();
      this.#left.delete(file.id);
      this.#maxSize = 0;
      this.#wasShort = false;
    }
    this.#enter({ name: 'reading', file });
    this.#id = file.id;
    this.#checkedAt = this.#place.now();
  }

  #remember(id: string): void {
    this.#left.set(id, this.#mark);
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= MAX_LEFT_FILES) return;
      this.#left.delete(oldest);
    }
  }
}

/** Whether a file starts with everything that was read of another one. */
async function continues(file: SourceFile, mark: FileMark): Promise<boolean> {
  const head = await file.read(0, mark.head.length);
  const tail = await file.read(mark.position - mark.tail.length, mark.tail.length);
  return mark.position > 0 && mark.compare(head, tail) === 'same';
}
