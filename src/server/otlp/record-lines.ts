import type { Level } from '../../protocol/marks/level.ts';

/** Lines to be written together, each with its line end. */
export interface RecordChunk {
  readonly texts: string[];
  readonly level: Level | undefined;
  /** It is one text of several lines, which are one entry. */
  readonly isEntry: boolean;
}

/** Characters of a chunk, about: a writer is asked for room before each. */
const CHUNK_LENGTH = 64 * 1_024;

/** The lines of an export, in as few chunks as their levels allow. */
export class RecordLines {
  readonly chunks: RecordChunk[] = [];
  #length = 0;

  add(text: string, level: Level | undefined): void {
    const isEntry = text.includes('\n');
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.level !== level || chunk.isEntry || isEntry || this.#length > CHUNK_LENGTH) {
      chunk = { texts: [], level, isEntry };
      this.chunks.push(chunk);
      this.#length = 0;
    }
    chunk.texts.push(text);
    this.#length += text.length;
  }
}
