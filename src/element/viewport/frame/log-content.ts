import type { Line } from '../../../protocol/line.ts';
import type { LineRun, LogStatus, Range } from '../../../worker/api.ts';
import { CONNECTING } from '../../status/chip.ts';
import { FoldLoader } from '../folds/fold-loader.ts';
import type { FieldSource } from '../layout/field-source.ts';
import { LineLevels } from '../levels/line-levels.ts';
import type { GroupSource } from '../groups/group-source.ts';
import { LineCache } from '../lines/line-cache.ts';
import { LogTimes } from '../lines/log-times.ts';
import { LongLines } from '../long-lines/long-lines.ts';
import type { Folded } from '../long-lines/long-view.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';

/** What the viewport knows of the log: its status, the lines it holds, and what follows from them. */
export class LogContent {
  readonly lines = new LineCache();
  readonly levels = new LineLevels((line) => this.lines.get(line));
  readonly long = new LongLines(this.lines);
  readonly times = new LogTimes();
  /** Present once the log is known to have structured lines. */
  fields: FieldSource | undefined;
  readonly #folds: FoldLoader;
  #groups: GroupSource | undefined;
  #status: LogStatus = CONNECTING;

  /** `onFoldsReady` is called when frames that waited for folded lines can be drawn. */
  constructor(glyphs: GlyphSpacing, onFoldsReady: () => void) {
    this.#folds = new FoldLoader(this.long, this.lines, glyphs, onFoldsReady, undefined, this.levels.at);
  }

  get status(): LogStatus {
    return this.#status;
  }

  /** Whether drawing waits for lines to be folded, so that they do not show for a moment one by one. */
  get isHoldingFrames(): boolean {
    return this.#folds.isHoldingFrames;
  }

  /** Present once the log is known to have groups. */
  get groups(): GroupSource | undefined {
    return this.#groups;
  }

  set groups(groups: GroupSource | undefined) {
    groups?.update(this.#status, this.lines.runs(), this.lines);
    this.#groups = groups;
  }

  /** Number of lines between the newest one held and the end of the log. */
  get behind(): number {
    return this.#status.head - Math.max(this.times.newest, this.#status.first - 1);
  }

  /** A held line; the unfinished line counts as the one after the head. */
  line(number: number): Line | undefined {
    return number === this.#status.head + 1 ? (this.#status.part ?? undefined) : this.lines.get(number);
  }

  /** The texts shown in place of folded lines of a range, in order. */
  foldedIn(range: Range): readonly Folded[] {
    return this.long.folds?.foldedIn(range) ?? [];
  }

  /** Applies a status and the lines that came with it; lines far from `near` are the first to be dropped. */
  update(status: LogStatus, runs: readonly LineRun[], near: Range): void {
    if (status.first > this.#status.first) this.lines.dropBelow(status.first);
    this.#status = status;
    for (const run of runs) {
      this.lines.insert(run, near);
      this.long.record(run);
      this.#folds.read(run);
    }
    this.#folds.readPart(status.part, status.head);
    this.times.update(this.lines, status);
    this.#groups?.update(status, runs, this.lines);
  }

  /** Forgets the lines; the status stays until the next update. */
  clear(): void {
    this.lines.clear();
    this.long.clear();
    this.times.clear();
    this.#groups?.clear();
    this.fields?.clear();
  }

  /** Forgets everything, for another log. */
  reset(): void {
    this.clear();
    this.levels.classifier = undefined;
    this.#status = CONNECTING;
    this.#folds.readPart(null, 0);
  }
}
