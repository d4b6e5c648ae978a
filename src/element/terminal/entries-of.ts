import type { Line } from '../../protocol/line.ts';
import { hidesText } from '../../protocol/terminal/hidden-text.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { repeatKey } from './repeat-key.ts';

/** Stack traces of up to this many lines stay as they are. */
const SHORT_TRACE = 3;
/** Lines of a trace that are looked at to tell it from the source that a compiler prints below a message. */
const LOOKED_AT = 4;

/** A stack frame, by how it begins or where it points. */
const FRAME =
  /^\s*(?:at \S|File "|from \S+:\d|#\d+\s|\d+: +\S|\.{3} \d+ |Caused by: |[^\s"]+\.(?:go|s):\d+)|^(?:goroutine \d+ \[|[\w./*()[\]{}·-]+\(.*\)$)| called at \S+ line \d/u;

/** Lines that say little one by one: the frames of a stack trace, or one line over and over. */
export interface EntryRange {
  readonly kind: 'trace' | 'repeat';
  readonly from: number;
  readonly to: number;
  /** What all lines of a repeat have in common; empty for a trace. */
  readonly key: string;
  /** The line that is shown for all of them: the first one. */
  readonly line: Line;
}

/** Whether a line belongs together with the one before it. */
export function isJoined(before: Line, line: Line): boolean {
  return line[2]?.k === 1 || isRepeat(before, line);
}

/** Whether a line is the one before it once more, times aside. Lines with marks of groups, or hidden text, are never folded. */
export function isRepeat(before: Line, line: Line): boolean {
  const key = repeatKey(line);
  return key !== '' && repeatKey(before) === key && !hidesText(line[1], line[2]?.c) && !hidesText(before[1], before[2]?.c);
}

/**
 * The lines to fold among consecutive ones, of which `from` is the number of the first. A trace counts only with the line it
 * belongs to, unless the log begins with it.
 */
export function entriesOf(from: number, lines: readonly Line[]): EntryRange[] {
  const ranges: EntryRange[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line === undefined) break;
    const isTrace = line[2]?.k === 1;
    let end = at + 1;
    for (let next = lines[end]; next !== undefined && (isTrace ? next[2]?.k === 1 : isRepeat(line, next)); next = lines[end]) end += 1;
    const range = { from: from + at, to: from + end - 1, line };
    if (!isTrace) {
      if (end - at > 1) ranges.push({ kind: 'repeat', key: repeatKey(line), ...range });
    } else if (end - at > SHORT_TRACE && (at > 0 || from === 1) && hasFrames(lines.slice(at, at + LOOKED_AT)))
      ranges.push({ kind: 'trace', key: '', ...range });
    at = end;
  }
  return ranges;
}

function hasFrames(lines: readonly Line[]): boolean {
  return lines.some(([, text]) => FRAME.test(shownText(text)));
}
