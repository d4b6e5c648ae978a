import type { GroupHeaders } from '../lines/row-filter.ts';
import { LineSet } from './line-set.ts';

export interface ShownInput {
  /** The lines that were found. */
  readonly hits: LineSet;
  /** How many lines before and after each are shown. */
  readonly context: number;
  /** First and last line of the log. */
  readonly first: number;
  readonly last: number;
  readonly groups: GroupHeaders | undefined;
}

/** The lines that a filter shows: those that were found, some around each, and the headers of the groups that they are in. */
export class ShownLines {
  #lines = LineSet.EMPTY;
  #input: ShownInput | undefined;
  /** The hits up to this line are in, and those around them should reach up to line `#reach`. */
  #taken = -Infinity;
  #reach = -Infinity;

  /** As of the last update. */
  get lines(): LineSet {
    return this.#lines;
  }

  /** Takes over what changed; where hits were only added, at the cost of those. Returns whether lines have other places among all than before. */
  update(input: ShownInput): boolean {
    const before = this.#input;
    const { hits, context, first, groups } = input;
    const isNext =
      before !== undefined && context === before.context && groups?.revision === before.groups?.revision && hits.continues(before.hits);
    this.#input = input;
    const { first: start } = this.#lines;
    if (!isNext) {
      this.#lines = LineSet.EMPTY;
      this.#taken = this.#reach = -Infinity;
    }
    // Without lines of other kinds it needs no memory of its own.
    this.#lines = context === 0 && groups === undefined ? hits : this.#lines.addAll(this.#added(input));
    this.#lines = this.#lines.from(first);
    return !isNext || (start !== undefined && start !== this.#lines.first);
  }

  *#added({ hits, context, first, last, groups }: ShownInput): Generator<readonly [from: number, to: number], void> {
    const { last: shownTo } = this.#lines;
    if (shownTo !== undefined && this.#reach > shownTo) yield [shownTo + 1, Math.min(this.#reach, last)];
    let until = -Infinity;
    for (const [from, to] of hits.runsFrom(this.#taken + 1)) {
      const start = Math.max(from, this.#taken + 1, first);
      const top = Math.max(first, start - context);
      if (groups !== undefined && start >= until) {
        const around = groups.headersAt(start);
        ({ until } = around);
        for (const line of around.headers) if (line >= first && line < top) yield [line, line];
      }
      yield [top, Math.min(to + context, last)];
      this.#taken = to;
      this.#reach = to + context;
    }
  }
}
