import type { LineSearch } from '../../../protocol/search/line-search.ts';
import { WholeLines, type WholeLine } from '../../../protocol/search/whole-lines.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { openBlock } from './block-lines.ts';
import { HitBuffer } from './hit-buffer.ts';
import { unpackBlocks, type BlockView } from './packed-blocks.ts';
import type { Prefilter } from './prefilter.ts';
import type { ScanResult, ScanTask } from './scan-task.ts';

/** The thread that scans. */
export interface ScanHost {
  /** Called before each block. Returns false when the result is no longer wanted. */
  beat(): boolean;
  /** Whether others have waited long enough: forwards, the rest is left for another turn. */
  isDue(): boolean;
}

/** Searches the lines of some blocks; undefined when the host does not want the result. */
export function scanBlocks(task: ScanTask, search: LineSearch, filter: Prefilter, host: ScanHost): ScanResult | undefined {
  const scan = new Scan(task, search, filter);
  for (const block of unpackBlocks(task.blocks)) {
    if (!host.beat()) return undefined;
    scan.add(block);
    if (scan.isDone || (scan.canPause && host.isDue())) return scan.result(false);
  }
  return scan.result(task.isAtHead);
}

class Scan {
  readonly #task: ScanTask;
  readonly #search: LineSearch;
  readonly #filter: Prefilter;
  readonly #hits: HitBuffer;
  readonly #whole: WholeLines;
  /** The last line that was added. */
  #last: number;

  constructor(task: ScanTask, search: LineSearch, filter: Prefilter) {
    this.#task = task;
    this.#search = search;
    this.#filter = filter;
    this.#hits = new HitBuffer(task.form, task.limit, task.isBackwards);
    this.#whole = new WholeLines((line) => this.#test(line), task.isInside);
    this.#last = task.from - 1;
  }

  /** Whether the range is complete, or no more hits can be held. */
  get isDone(): boolean {
    return this.#hits.isFull || (this.#last >= this.#task.upto && !this.#whole.isOpen);
  }

  /** Whether the rest can be left for another turn: forwards, between two lines. */
  get canPause(): boolean {
    return !this.#task.isBackwards && !this.#whole.isOpen;
  }

  add(block: BlockView): void {
    const opened = openBlock(block);
    const isBetween = !this.#whole.resumeAt(block.from).isInside && !this.#whole.isOpen;
    if (isBetween && !opened.mayMatter(this.#filter)) {
      this.#last = Math.max(this.#last, block.from + block.count - 1);
      return;
    }
    for (const [at, line] of opened.lines().entries()) {
      const number = block.from + at;
      if (number <= this.#last) continue;
      this.#last = number;
      this.#whole.add(number, line);
      if (this.isDone) return;
    }
  }

  /** `isEnd`: nothing follows the last line that was added. */
  result(isEnd: boolean): ScanResult {
    if (isEnd) this.#whole.flush(this.#last);
    return this.#task.isBackwards ? this.#backwards() : this.#forwards();
  }

  #forwards(): ScanResult {
    const { given, found } = this.#hits;
    const { from, isInside } = this.#whole.resumeAt(this.#last + 1);
    return { output: this.#hits.output(), given, found, reached: from - 1, isInside };
  }

  #backwards(): ScanResult {
    const { after, upto } = this.#task;
    const isWhole = this.#last >= upto && !this.#whole.isOpen;
    if (!isWhole) return { output: undefined, given: 0, found: 0, reached: upto, isInside: false };
    const { given, found, cutAt } = this.#hits;
    return { output: this.#hits.output(), given, found, reached: cutAt === undefined ? after : cutAt - 1, isInside: false };
  }

  #test(line: WholeLine): void {
    const { after, upto } = this.#task;
    if (line.from <= after || line.from > upto || !this.#search.admits(line.extra)) return;
    const shown = shownText(line.text);
    if (this.#task.form === 'matches' && !this.#hits.isCounting) {
      const matches = this.#search.find(shown);
      if (matches !== undefined) this.#hits.add(line, matches, this.#search.counts(line));
    } else if (this.#search.matches(shown)) {
      this.#hits.add(line, undefined, this.#search.counts(line));
    }
  }
}
