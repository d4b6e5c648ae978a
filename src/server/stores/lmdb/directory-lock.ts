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
/** The record always has this length: written in place, it needs no space on a full disk. */
const RECORD_BYTES = 512;
/** ms between two updates of the file's time, and without one after which an owner in another container counts as gone. */
const HEARTBEAT_INTERVAL = 5_000;
const HEARTBEAT_TIMEOUT = 15_000;

/** The process that uses a directory. */
interface Owner {
  readonly pid: number;
  /** Where the process id is valid: the machine and, in containers, the namespace. */
  readonly place: string;
  /** When the process started, where the system tells: process ids are reused. */
  readonly born: string;
  /** When it acquired the directory, for people. */
  readonly since: string;
}

/** Directories that this process uses. */
const HELD = new Set<string>();

/** Reserves a directory for one store: a second server on it is refused, since it would not see what the first one appends. */
export class DirectoryLock {
  readonly #path: string;
  readonly #file: number;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
    HELD.add(path);
    this.#heartbeat = setInterval(() => this.#touch(), HEARTBEAT_INTERVAL).unref();
  }

  /**
   * Locks an existing directory, or returns a description of its owner. A lock whose process is gone is free at once. The
   * caller must exclude other processes during the call.
   */
  static acquire(dir: string): DirectoryLock | string {
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

  /** Unlocks the directory; the file stays. */
  release(): void {
    clearInterval(this.#heartbeat);
    HELD.delete(this.#path);
    try {
      writeRecord(this.#file, '');
    } catch {
      // The next server sees that this process is gone.
    }
    closeSync(this.#file);
  }

  #touch(): void {
    try {
      const now = new Date();
      futimesSync(this.#file, now, now);
    } catch {
      // Only servers in other containers need it, and it is tried again.
    }
  }
}

function describe({ pid, place: where, since }: Owner): string {
  const elsewhere =
    where === place() ? '' : ` on ${where.split(' ')[0] ?? ''}, which may have been killed less than ${HEARTBEAT_TIMEOUT / 1_000} s ago`;
  return `the server with process id ${pid}${elsewhere} has been using it since ${since}`;
}

function isAlive({ pid, place: where, born }: Owner, path: string, seen: number): boolean {
  if (where !== place()) return Date.now() - seen < HEARTBEAT_TIMEOUT;
  if (pid === process.pid && born === (bornOf('self') ?? '')) return HELD.has(path);
  if (process.platform === 'linux') return bornOf(String(pid)) === born;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function place(): string {
  return process.platform === 'linux' ? `${hostname()} ${readlinkSync('/proc/self/ns/pid')}` : hostname();
}

/** The boot of the machine and the start of a process; undefined if that is gone, or the system does not tell. */
function bornOf(pid: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which may contain anything: the state, and 19 fields later the start.
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

/** Undefined for an empty or unreadable record. */
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
