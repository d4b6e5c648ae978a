import type { Line } from '../../protocol/line.ts';
import { NO_LOG, type LogTail } from '../../server/store.ts';
import { MemoryMarks } from '../../server/stores/marks/memory-marks.ts';
import { joinedLines } from './joined-lines.ts';
import { LineMarker } from './line-marker.ts';
import type { LogReader, LogSnapshot } from './log-reader.ts';

/** Reads a whole log, and marks and counts its lines: for servers that do not. Holds no lines. */
export async function readMarks(reader: LogReader, state: LogSnapshot): Promise<{ readonly tail: LogTail; readonly marks: MemoryMarks }> {
  const marks = new MemoryMarks();
  const marker = new LineMarker();
  let next = 1;
  const addUpTo = (line: number): void => {
    for (; next <= line; next += 1) marks.add(NO_LINE, next);
  };
  for await (const line of joinedLines(reader.pages(state.epoch, state.first - 1, state.head))) {
    addUpTo(line.from - 1);
    const { time, extra } = marker.mark(line);
    marks.add(extra === undefined ? [time, ''] : [time, '', extra], next);
    next += 1;
    // Later pieces are not counted.
    addUpTo(line.to);
  }
  addUpTo(state.head);
  marks.trim(state.first);
  return { tail: { ...NO_LOG, ...state }, marks };
}

const NO_LINE: Line = [0, ''];
