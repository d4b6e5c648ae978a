import type { Line } from '../../../protocol/line.ts';
import { DamagedLogError, decodeBlock, layoutOf, type BlockLayout } from './block.ts';
import type { ExtraRun } from '../../lines/extra-runs.ts';
import { JsonFragment, type JsonBuffer } from './json-buffer.ts';
import type { PageBound } from '../page-bound.ts';

const OPENING = 0x5b;
const NEWLINE = 0x0a;

/**
 * Makes a JSON page of the lines of consecutive blocks. The texts of a block are UTF-8, as is JSON: they are copied and
 * escaped, but never decoded.
 */
export class BlockJson {
  readonly #json: JsonBuffer;
  #count = 0;
  #bytes = 0;

  /** Writes the page to `json`, which must be empty. */
  constructor(json: JsonBuffer) {
    this.#json = json;
  }

  /** The lines added. */
  get count(): number {
    return this.#count;
  }

  /** UTF-8 bytes of their texts. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the lines of a block after its first `skip`, as many as `bound` admits; returns whether that was all of them. */
  add(data: Buffer, skip: number, bound: PageBound): boolean {
    const layout = layoutOf(data);
    // Rare: a text that itself contains a line end comes from a program, not from a stream of lines.
    return layout.isPlain ? this.#addPlain(data, layout, skip, bound) : this.addLines(decodeBlock(data), skip, bound);
  }

  /** Like {@link BlockJson.add}, for lines that are decoded. */
  addLines(lines: readonly Line[], skip: number, bound: PageBound): boolean {
    for (const line of lines.slice(skip)) {
      const bytes = Buffer.byteLength(line[1]);
      if (!bound.admit(1, bytes)) return false;
      this.#json.add(new JsonFragment(`,${JSON.stringify(line)}`));
      this.#count += 1;
      this.#bytes += bytes;
    }
    return true;
  }

  /** Completes the page; returns the number of lines, and their `JSON.stringify` in bytes. */
  end(): { readonly count: number; readonly json: Buffer } {
    this.#json.add(new JsonFragment(this.#count === 0 ? ',]' : ']'));
    const json = this.#json.bytes;
    // Every line begins with a comma; that of the first becomes the opening bracket.
    json[0] = OPENING;
    return { count: this.#count, json };
  }

  #addPlain(data: Buffer, { count, time, bodyStart, bodyEnd, runs }: BlockLayout, skip: number, bound: PageBound): boolean {
    const json = this.#json;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const opening = new JsonFragment(`,[${JSON.stringify(time)},"`);
    const closings = closingsOf(runs);
    let from = startOf(data, bodyStart, bodyEnd, skip);
    for (let at = skip; at < count; at += 1) {
      if (from > bodyEnd) throw new DamagedLogError(WRONG_COUNT);
      const before = json.length;
      json.add(opening);
      const to = json.addLine(view, from, bodyEnd);
      if ((to === bodyEnd) !== (at === count - 1)) throw new DamagedLogError(WRONG_COUNT);
      json.add(closings[at] ?? PLAIN);
      if (!bound.admit(1, to - from)) {
        json.length = before;
        return false;
      }
      this.#count += 1;
      this.#bytes += to - from;
      from = to + 1;
    }
    return true;
  }
}

/** Closes a line without extras. */
const PLAIN = new JsonFragment('"]');

const WRONG_COUNT = 'A block of lines contains a different number of lines than it says.';

/** Where the line with index `skip` begins; after the end if there are fewer lines. */
function startOf(data: Buffer, bodyStart: number, bodyEnd: number, skip: number): number {
  let from = bodyStart;
  for (let at = 0; at < skip; at += 1) {
    const newline = data.indexOf(NEWLINE, from);
    if (newline === -1 || newline >= bodyEnd) return bodyEnd + 1;
    from = newline + 1;
  }
  return from;
}

/** Closes lines with extras, by the index of the line. */
function closingsOf(runs: readonly ExtraRun[]): readonly (JsonFragment | undefined)[] {
  const closings: JsonFragment[] = [];
  for (const [from, length, extra] of runs) {
    const closing = new JsonFragment(`",${JSON.stringify(extra)}]`);
    for (let at = from; at < from + length; at += 1) closings[at] = closing;
  }
  return closings;
}
