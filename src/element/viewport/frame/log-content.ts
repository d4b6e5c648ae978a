import type { CSSResult } from 'lit';
import type { Line } from '../../../protocol/line.ts';
import type { LineRun, LogStatus, Range } from '../../../worker/api.ts';
import { CONNECTING } from '../../status/chip.ts';
import type { Strings } from '../../strings.ts';
import { FoldLoader } from '../folds/fold-loader.ts';
import type { FoldLook } from '../folds/fold-view.ts';
import type { FieldSource } from '../layout/field-source.ts';
import { LineLevels } from '../levels/line-levels.ts';
import type { GroupSource } from '../groups/group-source.ts';
import { LineCache } from '../lines/line-cache.ts';
import type { RowFilter } from '../lines/row-filter.ts';
import { LogTimes } from '../lines/log-times.ts';
import type { Folded } from '../long-lines/long-view.ts';
import { SpecialLines } from '../long-lines/special-lines.ts';
import type { LineText } from '../rows/line-text.ts';
import type { PartLoader } from '../../util/part-loader.ts';

/** What the viewport knows of the log: its status, the lines it holds, and what follows from them. */
export class LogContent {
  readonly lines = new LineCache();
  readonly levels: LineLevels;
  readonly special: SpecialLines;
  readonly times = new LogTimes();
  /** Present once the log is known to have structured lines. */
  fields: FieldSource | undefined;
  readonly #folds: FoldLoader;
  readonly #text: LineText;
  #groups: GroupSource | undefined;
  #filter: RowFilter | undefined;
  #status: LogStatus = CONNECTING;

  /** `styled` is called with styles that are needed from now on. */
  constructor(text: LineText, strings: Strings, parts: PartLoader, styled: (styles: readonly CSSResult[]) => void) {
    this.#text = text;
    this.levels = new LineLevels((line) => this.lines.get(line), parts, styled);
    this.special = new SpecialLines(this.lines, parts, text);
    const loadLook = async (): Promise<FoldLook> => {
      const [{ glyphs }] = await Promise.all([text.load(), this.levels.load()]);
      return { glyphs, strings, held: { line: (line) => this.lines.get(line), levelAt: this.levels.at } };
    };
    this.#folds = new FoldLoader(this.special, this.lines, loadLook, parts);
  }

  get status(): LogStatus {
    return this.#status;
  }

  /** Present once the log is known to have groups. */
  get groups(): GroupSource | undefined {
    return this.#groups;
  }

  set groups(groups: GroupSource | undefined) {
    groups?.update(this.#status, this.lines.runs(), this.lines);
    this.#groups = groups;
  }

  /** Which lines are shown, where not all of them are; the others are the first to be dropped. */
  get filter(): RowFilter | undefined {
    return this.#filter;
  }

  set filter(filter: RowFilter | undefined) {
    this.#filter = filter;
    this.lines.isNeeded = filter && ((line) => filter.shows(line));
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
    return this.special.folds?.foldedIn(range) ?? [];
  }

  /** Applies a status and the lines that came with it; lines far from `near` are the first to be dropped. */
  update(status: LogStatus, runs: readonly LineRun[], near: Range): void {
    if (status.first > this.#status.first) this.lines.dropBelow(status.first);
    this.#status = status;
    for (const run of runs) {
      this.lines.insert(run, near);
      this.#text.read(run);
      this.special.record(run);
      this.#folds.read(run);
    }
    this.#text.readPart(status.part);
    this.#folds.readPart(status.part, status.head);
    this.times.update(this.lines, status);
    this.#groups?.update(status, runs, this.lines);
  }

  /** Forgets the lines; the status stays until the next update. */
  clear(): void {
    this.lines.clear();
    this.special.clear();
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
