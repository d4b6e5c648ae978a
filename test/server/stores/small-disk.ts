import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that fills up: a small file system where that may be mounted, else the limit of a process for its files. */
export interface SmallDisk {
  readonly kind: 'tmpfs' | 'limit';
  readonly dir: string;
  /** What a process is started with so that its disk is this small. */
  wrap(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  /** Makes room for a process that filled it. */
  free(pid: number): void;
  remove(): void;
}

const BYTES = 6 * 1_024 * 1_024;

export function openSmallDisk(): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'log-stream-small-'));
  return tmpfs(dir) ?? limit(dir);
}

function tmpfs(dir: string): SmallDisk | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${BYTES * 2}`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  // Something else takes half of the disk; it goes when room is made.
  const ballast = join(dir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(BYTES));
  return {
    kind: 'tmpfs',
    dir,
    wrap: (command, args) => [command, args],
    free: () => rmSync(ballast),
    remove() {
      execFileSync('umount', ['--lazy', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function limit(dir: string): SmallDisk {
  return {
    kind: 'limit',
    dir,
    wrap: (command, args) => ['sh', ['-c', `ulimit -S -f ${BYTES / 512}; exec "$0" "$@"`, command, ...args]],
    free: (pid) => void execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:']),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Bytes that are left where a directory is. */
export function roomAt(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
