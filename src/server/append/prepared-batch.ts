import { decodeGroups, encodeGroups } from '../../protocol/marks/groups.ts';
import { isSameExtra, type ExtraRun } from '../lines/extra-runs.ts';
import type { Batch, LogTail } from '../store.ts';
import { annotate, type Annotated, type AnnotateOptions, type OwnState } from './annotator.ts';
import type { PackedRun } from './packed-run.ts';

/** What one writer carries from batch to batch, besides what the log does. */
export interface WriterState {
  /** The first half of an escape sequence that the end of the last batch cut in two. */
  readonly splitSequence: string;
  /** What the last batch left to the next line, as long as no other writer writes in between … */
  readonly own: OwnState;
  /** … which is the one after this. */
  readonly epoch: string;
  readonly head: number;
}

/** The state of a writer that has written nothing. */
export const NOTHING_WRITTEN: WriterState = { splitSequence: '', own: {}, epoch: '', head: 0 };

/** The part of a batch that depends on the state of the log. */
export type Conditions = Pick<Batch, 'carryIn' | 'carryOut' | 'groupsIn' | 'groupsOut' | 'follows'>;

/** Lines that were annotated to follow the last line of a tail. */
export class PreparedBatch {
  readonly extras: readonly ExtraRun[];
  readonly count: number;
  readonly conditions: Conditions;
  readonly #annotated: Annotated;
  readonly #withoutOwn: () => Annotated;
  /** The last line before the batch if that was written by this writer. */
  readonly #next: number | undefined;

  constructor(runs: readonly PackedRun[], state: WriterState, tail: LogTail, options: AnnotateOptions) {
    const before = { carry: tail.carry, splitSequence: state.splitSequence, groups: decodeGroups(tail.groups), own: {} };
    const isNext = state.head === tail.head && state.epoch === tail.epoch;
    this.#withoutOwn = () => annotate(runs, before, options);
    this.#annotated = isNext ? annotate(runs, { ...before, own: state.own }, options) : this.#withoutOwn();
    this.#next = isNext ? tail.head : undefined;
    const { extras, count, after, hasMarkers } = this.#annotated;
    this.extras = extras;
    this.count = count;
    this.conditions = {
      carryIn: tail.carry,
      carryOut: after.carry,
      ...(hasMarkers && { groupsIn: tail.groups, groupsOut: encodeGroups(after.groups) }),
      ...(isNext && this.#dependsOn(state.own) && { follows: tail.head }),
    };
  }

  /** The state of the writer once the batch is in the log and ends at this tail. */
  after({ epoch, head }: LogTail): WriterState {
    // Lines of another writer came in between if the batch does not begin where it was expected.
    const isExpected = this.#next === undefined || this.#next === head - this.count;
    const { splitSequence, own } = (isExpected ? this.#annotated : this.#withoutOwn()).after;
    return { splitSequence, own, epoch, head };
  }

  /** Whether what the writer left to its next line changed what is said of the lines. */
  #dependsOn(own: OwnState): boolean {
    const mayDepend = own.piece !== undefined || this.extras.some(([from, , { k, r }]) => r === 1 || (k === 1 && from === 0));
    return mayDepend && !isSame(this.extras, this.#withoutOwn().extras);
  }
}

function isSame(a: readonly ExtraRun[], b: readonly ExtraRun[]): boolean {
  return (
    a.length === b.length &&
    a.every(([from, count, extra], at) => {
      const other = b[at];
      return other !== undefined && from === other[0] && count === other[1] && isSameExtra(extra, other[2]);
    })
  );
}
