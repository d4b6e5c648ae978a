import type { Line } from '../../../src/protocol/line.ts';
import { marked } from '../../element/browser/support/groups-server.ts';
import { MemoryLog } from '../../element/browser/support/memory-log.ts';
import type { Fixture } from './fixtures.ts';

/** Time between two lines, ms. */
const STEP = 1_370;
/** Between the newest line and now, ms: long enough ago that figures stay as they are while the page is looked at. */
const AGO = 1_000;

/** The log of a state: its lines are marked as a server marks them, and the last was written just before `now`. */
export function makeLog({ lines = [], status = {}, broken, isStalled = false, quietFor = AGO }: Fixture, now: number): MemoryLog {
  const { first = 1 } = status;
  const start = now - quietFor - lines.length * STEP;
  const made = marked(lines).map((line, at) => writtenAt(start + (at + 1) * STEP, line));
  const log = new MemoryLog((line) => made[line - first] ?? [start, '']);
  log.stalled = isStalled;
  log.broken = broken;
  log.set({ state: 'live', epoch: lines.length === 0 ? '' : '1', head: first - 1 + lines.length, ...status });
  return log;
}

/** Lines that a log gets while it is looked at. */
export function appendLines(log: MemoryLog, now: number, ...texts: readonly string[]): void {
  log.append(...marked(texts).map((line) => writtenAt(now, line)));
}

function writtenAt(time: number, [, ...rest]: Line): Line {
  return [time, ...rest];
}
