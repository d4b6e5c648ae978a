import { MARK_BYTES, FileMark } from './file-mark.ts';
import type { FilePath } from './file-place.ts';
import { FileReader, type ReadStep, type SourceFile } from './file-reader.ts';
import { FileWatch } from './file-watch.ts';

const CHUNK_BYTES = 64 * 1_024;

export type FileBreak = Omit<Extract<ReadStep, { readonly kind: 'break' }>, 'kind'>;

export interface FollowOptions {
  /** The file as it was found; undefined: it is waited for, and read from its first line. */
  readonly file: SourceFile | undefined;
  readonly place: FilePath;
  readonly path: string;
  /** Begin with the last so many lines; undefined: with the first. 0: with what is written from now on. */
  readonly lines: number | undefined;
  readonly signal: AbortSignal;
  /** Takes bytes in order; the file is not read on until it resolves. */
  readonly onBytes: (bytes: Buffer) => Promise<void>;
  /** What comes next does not continue what came before: what is unfinished is a line. */
  readonly onBreak: (what: FileBreak) => void;
}

/** Reads a file and then what is written to it, through rotation, truncation and rewriting, until `signal` is aborted. Closes `file`. */
export async function followFile({ file, place, path, lines, signal, onBytes, onBreak }: FollowOptions): Promise<void> {
  const reader = new FileReader(place, file, file === undefined || lines === undefined ? undefined : await markOfLines(file, lines));
  const wake = new FileWatch(path, () => reader.glance());
  const next = async (): Promise<ReadStep> => {
    try {
      return await reader.next();
    } catch (error) {
      place.report(error);
      return { kind: 'rest' };
    }
  };
  try {
    while (!signal.aborted) {
      const step = await next();
      if (step.kind === 'bytes') await onBytes(step.bytes);
      else if (step.kind === 'break') onBreak(step);
      else await wake.wait(signal);
    }
  } finally {
    wake.close();
    await reader.close();
  }
}

/** The mark before the last `count` lines. A last line without `\n` counts. */
async function markOfLines(file: SourceFile, count: number): Promise<FileMark> {
  const position = await startOfLines(file, count);
  const length = Math.min(MARK_BYTES, position);
  const head = await file.read(0, length);
  const tail = await file.read(position - length, length);
  // Truncated meanwhile: what is there now is read from its start.
  return head.length < length || tail.length < length ? new FileMark() : FileMark.at(position, head, tail);
}

async function startOfLines(file: SourceFile, count: number): Promise<number> {
  const size = await file.size();
  if (count === 0) return size;
  let ends = 0;
  for (let end = size; end > 0; end = Math.max(0, end - CHUNK_BYTES)) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const bytes = await file.read(start, end - start);
    for (let at = bytes.length - 1; at >= 0; at -= 1) {
      // The `\n` of the very last line ends it and begins none.
      if (bytes[at] !== 0x0a || start + at === size - 1) continue;
      ends += 1;
      if (ends === count) return start + at + 1;
    }
  }
  return 0;
}
