import { MARK_BYTES, FileMark } from './file-mark.ts';
import type { FilePath } from './file-path.ts';
import { FileReader, type ReadStep, type SourceFile } from './file-reader.ts';
import { FileWatch } from './file-watch.ts';

const CHUNK_BYTES = 64 * 1_024;

export type FileBreak = Omit<Extract<ReadStep, { readonly kind: 'break' }>, 'kind'>;

export interface FollowOptions {
  /** The file at the start; undefined when it does not exist yet: then it is read from its first line. */
  readonly file: SourceFile | undefined;
  readonly place: FilePath;
  readonly path: string;
  /** How many of the last lines to start with; undefined for all, 0 for new lines only. */
  readonly lines: number | undefined;
  readonly signal: AbortSignal;
  /** Called with the bytes in order; nothing more is read until it resolves. */
  readonly onBytes: (bytes: Buffer) => Promise<void>;
  /** Called when the next bytes do not continue the previous ones: an unfinished line is complete. */
  readonly onBreak: (what: FileBreak) => void;
}

/** Reads a file and whatever is written to it, through rotation, truncation and rewriting, until `signal` is aborted. Closes `file`. */
export async function followFile({ file, place, path, lines, signal, onBytes, onBreak }: FollowOptions): Promise<void> {
  const reader = new FileReader(place, file, file === undefined || lines === undefined ? undefined : await markOfLines(file, lines));
  const wake = new FileWatch(path, () => reader.noteChange());
  const next = async (): Promise<ReadStep> => {
    try {
      return await reader.next();
    } catch (error) {
      place.report(error);
      return { kind: 'idle' };
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
  // Truncated in the meantime: read from the start.
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
      // The `\n` at the very end starts no line.
      if (bytes[at] !== 0x0a || start + at === size - 1) continue;
      ends += 1;
      if (ends === count) return start + at + 1;
    }
  }
  return 0;
}
