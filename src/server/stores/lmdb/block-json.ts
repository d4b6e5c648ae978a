import { DamagedLogError, decodeBlock, layoutOf, type BlockLayout } from './block.ts';
import type { ExtraRun } from '../extras.ts';
import { JsonPiece, type JsonBytes } from './json-bytes.ts';
import type { PageBound } from '../page-bound.ts';

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
    this.#json.add(new JsonPiece(this.#count === 0 ? ',]' : ']'));
    const json = this.#json.bytes;
    // Each line begins with the comma between it and the one before: the first has none before it.
    json[0] = OPENING;
    return { count: this.#count, json };
  }

  #addPlain(data: Buffer, { count, time, bodyStart, bodyEnd, runs }: BlockLayout, skip: number, bound: PageBound): boolean {
    const json = this.#json;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const opening = new JsonPiece(`,[${JSON.stringify(time)},"`);
    const closings = closingsOf(runs);
    let from = startOf(data, bodyStart, bodyEnd, skip);
    for (let at = skip; at < count; at += 1) {
      if (from > bodyEnd) throw new DamagedLogError(WRONG_COUNT);
      const before = json.length;
      json.add(opening);
      const to = json.addLine(view, from, bodyEnd);
      if ((to === bodyEnd) !== (at === count - 1)) throw new DamagedLogError(WRONG_COUNT);
      json.add(closings[at] ?? PLAIN);
      if (!bound.take(1, to - from)) {
        json.length = before;
        return false;
      }
      this.#count += 1;
      from = to + 1;
    }
    return true;
  }

  /** A text that holds an end of a line itself is rare: written by a program, not by a producer of lines. */
  #addDecoded(data: Buffer, skip: number, bound: PageBound): boolean {
    for (const line of decodeBlock(data).slice(skip)) {
      if (!bound.take(1, Buffer.byteLength(line[1]))) return false;
      this.#json.add(new JsonPiece(`,${JSON.stringify(line)}`));
      this.#count += 1;
    }
    return true;
  }
}

/** What stands behind the text of a line without extras. */
const PLAIN = new JsonPiece('"]');

const WRONG_COUNT = 'A block of lines holds another number of lines than it says.';

/** Where the line begins that has so many before it; behind the end where there are fewer. */
function startOf(data: Buffer, bodyStart: number, bodyEnd: number, skip: number): number {
  let from = bodyStart;
  for (let at = 0; at < skip; at += 1) {
    const newline = data.indexOf(NEWLINE, from);
    if (newline === -1 || newline >= bodyEnd) return bodyEnd + 1;
    from = newline + 1;
  }
  return from;
}

/** What stands behind the texts of lines with extras, by the index of the line. */
function closingsOf(runs: readonly ExtraRun[]): readonly (JsonPiece | undefined)[] {
  const closings: JsonPiece[] = [];
  for (const [from, length, extra] of runs) {
    const closing = new JsonPiece(`",${JSON.stringify(extra)}]`);
    for (let at = from; at < from + length; at += 1) closings[at] = closing;
  }
  return closings;
}
