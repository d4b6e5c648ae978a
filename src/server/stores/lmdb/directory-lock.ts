import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Name of the file in the directory of a store. */
const FILE = 'server.lock';
/** The record is always this long: it is written in place, so that it needs no room on a disk that is full. */
const RECORD_BYTES = 512;
/** ms between two signs of life, and without one after which an owner that cannot be looked at counts as gone. */
const BEAT = 5_000;
const PATIENCE = 15_000;

/** Who uses a directory. */
interface Owner {
  readonly pid: number;
  /** Where that number means something: the machine and, in containers, the namespace. */
  readonly place: string;
  /** When the process began, where the system says so: numbers of processes are used again. */
  readonly born: string;
  /** When it took the directory, as people read it. */
  readonly since: string;
}

/** Directories that this very process uses. */
const HELD = new Set<string>();

/** Keeps a directory for one store: a second server that is started on it is told, instead of serving half the truth. */
export class DirectoryLock {
  readonly #path: string;
  readonly #file: number;
  readonly #beat: NodeJS.Timeout;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
    HELD.add(path);
    this.#beat = setInterval(() => this.#touch(), BEAT).unref();
  }

  /**
   * Takes a directory that exists, or says who has it. One whose process is gone is free at once. The caller sees to it
   * that no other process is here at the same time.
   */
  static take(dir: string): DirectoryLock | string {
    const path = join(realpathSync(dir), FILE);
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const owner = readOwner(file);
    if (owner !== undefined && isAlive(owner, path, fstatSync(file).mtimeMs)) {
      closeSync(file);
      return describe(owner);
    }
    const own: Owner = { pid: process.pid, place: place(), born: bornOf('self') ?? '', since: new Date().toISOString() };
    try {
      writeRecord(file, JSON.stringify(own));
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return new DirectoryLock(path, file);
  }

  /** Lets the directory go; the file stays, for the next one. */
  release(): void {
    clearInterval(this.#beat);
    HELD.delete(this.#path);
    try {
      writeRecord(this.#file, '');
    } catch {
      // Whoever comes next sees that this process is gone.
    }
    closeSync(this.#file);
  }

  #touch(): void {
    try {
      const now = new Date();
      futimesSync(this.#file, now, now);
    } catch {
      // Only who cannot see this process needs it, and it is tried again.
    }
  }
}

function describe({ pid, place: where, since }: Owner): string {
  const elsewhere =
    where === place() ? '' : ` on ${where.split(' ')[0] ?? ''}, which may have been killed less than ${PATIENCE / 1_000} s ago`;
  return `the server with process number ${pid}${elsewhere} uses it since ${since}`;
}

function isAlive({ pid, place: where, born }: Owner, path: string, seen: number): boolean {
  if (where !== place()) return Date.now() - seen < PATIENCE;
  if (pid === process.pid && born === (bornOf('self') ?? '')) return HELD.has(path);
  if (process.platform === 'linux') return bornOf(String(pid)) === born;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function place(): string {
  return process.platform === 'linux' ? `${hostname()} ${readlinkSync('/proc/self/ns/pid')}` : hostname();
}

/** Boot of the machine and start of a process in it; undefined for one that is gone, and where the system does not tell. */
function bornOf(pid: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the name, which may hold anything: state, and 19 fields later the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function writeRecord(file: number, text: string): void {
  writeSync(file, Buffer.alloc(RECORD_BYTES, ' ').fill(text, 0, Buffer.byteLength(text)), 0, RECORD_BYTES, 0);
}

/** Undefined when nobody wrote it, or nobody can tell who. */
function readOwner(file: number): Owner | undefined {
  const record = Buffer.alloc(RECORD_BYTES);
  const text = record.toString('utf8', 0, readSync(file, record, 0, RECORD_BYTES, 0)).trim();
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'place' in value &&
    typeof value.place === 'string' &&
    'born' in value &&
    typeof value.born === 'string' &&
    'since' in value &&
    typeof value.since === 'string'
  );
}
