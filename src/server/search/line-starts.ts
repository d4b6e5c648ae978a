import type { Line } from '../../protocol/line.ts';
import { fitsInWhole, type LineStart } from '../../protocol/search/whole-lines.ts';
import type { LogStore } from '../store.ts';

/** Pieces of one line that were read, and where its text is taken together from among them. */
interface Pieces {
  readonly upto: number;
  /** In order. The first one is where the line begins. */
  readonly starts: readonly number[];
}

/** Finds where lines begin that are stored in pieces. It remembers the last one: going backwards, it is asked for again. */
export class LineStarts {
  readonly #store: Pick<LogStore, 'read'>;
  readonly #channel: string;
  #pieces: Pieces | undefined;

  constructor(store: Pick<LogStore, 'read'>, channel: string) {
    this.#store = store;
    this.#channel = channel;
  }

  /** The last place, up to this line, where a line begins or its text is taken together again. */
  async upTo(line: number): Promise<LineStart> {
    const known = this.#pieces;
    const isKnown = known !== undefined && line <= known.upto && line >= (known.starts[0] ?? line);
    const { starts } = isKnown ? known : (this.#pieces = await this.#read(line));
    const from = starts.findLast((start) => start <= line) ?? line;
    return { from, isInside: from !== starts[0] };
  }

  /** Reads from a line back to the first piece it continues. */
  async #read(line: number): Promise<Pieces> {
    const lengths: number[] = [];
    let from = line + 1;
    for (let at = line; at > 0; at -= 1) {
      const piece = await this.#lineAt(at);
      if (piece === undefined || (at < line && piece[2]?.p !== 1)) break;
      lengths.unshift(Buffer.byteLength(piece[1]));
      from = at;
    }
    return { upto: line, starts: startsOf(Math.min(from, line), lengths) };
  }

  async #lineAt(line: number): Promise<Line | undefined> {
    const { lines } = await this.#store.read(this.#channel, { after: line - 1, limit: 1, bytes: 1 });
    return lines[0];
  }
}

function startsOf(first: number, lengths: readonly number[]): number[] {
  const starts = [first];
  let bytes = 0;
  for (const [at, length] of lengths.entries()) {
    if (at > 0 && !fitsInWhole(bytes, length)) {
      starts.push(first + at);
      bytes = 0;
    }
    bytes += length;
  }
  return starts;
}
