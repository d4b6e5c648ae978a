import type { LogTail } from '../../server/store.ts';
import type { Job, JobState } from './job.ts';

/** A log as the console lists it. Times are unix ms. */
export interface LogEntry {
  readonly channel: string;
  /** The command of a job; undefined for other logs. */
  readonly command: string | undefined;
  /** Besides the states of a job: `open` until the log ends, then `ended`. */
  readonly state: JobState | 'open' | 'ended';
  readonly code: number | undefined;
  readonly lines: number;
  readonly startedAt: number | undefined;
  /** When the job ended, or the last line was written. */
  readonly changedAt: number;
}

export function jobEntry(job: Job, tail: LogTail): LogEntry {
  const { channel, command, state, code, startedAt, endedAt } = job;
  return { channel, command, state, code, lines: tail.head, startedAt, changedAt: endedAt ?? Math.max(tail.time, startedAt) };
}

export function logEntry(channel: string, tail: LogTail): LogEntry {
  const state = tail.end === undefined ? 'open' : 'ended';
  return { channel, command: undefined, state, code: tail.end, lines: tail.head, startedAt: undefined, changedAt: tail.time };
}

/** The changes between two lists. */
export interface EntryChange {
  readonly changed: readonly LogEntry[];
  readonly gone: readonly string[];
}

export function difference(before: readonly LogEntry[], now: readonly LogEntry[]): EntryChange {
  const known = new Map(before.map((entry) => [entry.channel, entry]));
  const listed = new Set(now.map(({ channel }) => channel));
  return {
    changed: now.filter((entry) => !isSame(known.get(entry.channel), entry)),
    gone: before.map(({ channel }) => channel).filter((channel) => !listed.has(channel)),
  };
}

function isSame(before: LogEntry | undefined, now: LogEntry): boolean {
  return (
    before !== undefined &&
    before.state === now.state &&
    before.code === now.code &&
    before.lines === now.lines &&
    before.changedAt === now.changedAt &&
    before.command === now.command
  );
}
