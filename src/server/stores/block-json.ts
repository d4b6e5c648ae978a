import { DamagedLog, decodeBlock, layoutOf, type BlockLayout } from './block.ts';
import type { ExtraRun } from './extras.ts';
import type { JsonBytes } from './json-bytes.ts';
import type { PageBound } from './page-bound.ts';

const OPENING = 0x5b;
const NEWLINE = 0x0a;

/**
 * Makes a page of JSON of the lines of blocks that follow each other. The texts of a block are UTF-8, and so is JSON: they are
 * copied and escaped, but never decoded.
 */
export class BlockJson {
  readonly #json: JsonBytes;
  #count = 0;

  /** The page is made in `json`, which is empty. */
  constructor(json: JsonBytes) {
    this.#json = json;
  }

  /** Adds the lines of a block behind its first `skip`, as far as `bound` lets; returns whether that was all of them. */
  add(data: Buffer, skip: number, bound: PageBound): boolean {
    const layout = layoutOf(data);
    return layout.plain ? this.#addPlain(data, layout, skip, bound) : this.#addDecoded(data, skip, bound);
  }

  /** Ends the page: how many lines it has, and the bytes of `JSON.stringify` of them. */
  end(): { readonly count: number; readonly json: Buffer } {
    if (this.#count === 0) this.#json.add(Buffer.from(','));
    this.#json.add(Buffer.from(']'));
    const json = this.#json.bytes;
    // Each line begins with the comma between it and the one before: the first has none before it.
    json[0] = OPENING;
    return { count: this.#count, json };
  }

  #addPlain(data: Buffer, { count, time, bodyStart, bodyEnd, runs }: BlockLayout, skip: number, bound: PageBound): boolean {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const opening = Buffer.from(`,[${JSON.stringify(time)},"`);
    const closings = closingsOf(runs);
    let from = bodyStart;
    for (let at = 0; at < count; at += 1) {
      const newline = data.indexOf(NEWLINE, from);
      const to = newline === -1 || newline > bodyEnd ? bodyEnd : newline;
      if ((to === bodyEnd) !== (at === count - 1)) throw new DamagedLog('A block of lines holds another number of lines than it says.');
      if (at >= skip) {
        if (!bound.take(1, to - from)) return false;
        this.#json.add(opening);
        this.#json.addText(view, from, to);
        this.#json.add(closings[at] ?? PLAIN);
        this.#count += 1;
      }
      from = to + 1;
    }
    return true;
  }

  /** A text that holds an end of a line itself is rare: written by a program, not by a producer of lines. */
  #addDecoded(data: Buffer, skip: number, bound: PageBound): boolean {
    for (const line of decodeBlock(data).slice(skip)) {
      if (!bound.take(1, Buffer.byteLength(line[1]))) return false;
      this.#json.add(Buffer.from(`,${JSON.stringify(line)}`));
      this.#count += 1;
    }
    return true;
  }
}

/** What stands behind the text of a line without extras. */
const PLAIN = Buffer.from('"]');

/** What stands behind the texts of lines with extras, by the index of the line. */
function closingsOf(runs: readonly ExtraRun[]): readonly (Uint8Array | undefined)[] {
  const closings: Uint8Array[] = [];
  for (const [from, length, extra] of runs) {
    const closing = Buffer.from(`",${JSON.stringify(extra)}]`);
    for (let at = from; at < from + length; at += 1) closings[at] = closing;
  }
  return closings;
}
